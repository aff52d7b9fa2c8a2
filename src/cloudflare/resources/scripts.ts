/** Worker scripts of an account. */
import * as z from 'zod';
import type { CloudflareApi, ScriptSummary } from '../api.js';
import { LIST_BYTES, path } from '../transport/api-request.js';
import { CloudflareError, hasCode, isGone } from '../transport/errors.js';
import { listOnce } from '../transport/paginate.js';
import { PERMISSION } from '../transport/permissions.js';
import type { Transport } from '../transport/transport.js';
import { routeSchema } from './route-schema.js';
import { downloadScript } from './script-download.js';
import { uploadForm } from './script-upload.js';

const script = z.looseObject({
  id: z.string().min(1),
  tags: z.array(z.string()).nullish(),
  modified_on: z.string().nullish(),
  routes: z.array(routeSchema).nullish(),
});

/** Answers that say that a script is not on workers.dev: no subdomain on the account, or no such script. */
const NO_SUBDOMAIN = [10007, 10063] as const;

export function scriptsOf(transport: Transport): CloudflareApi['scripts'] {
  return {
    list: (accountId) => listScripts(transport, accountId),

    async upload(accountId, name, upload) {
      await transport.run({
        method: 'PUT',
        path: path`/accounts/${accountId}/workers/scripts/${name}`,
        query: { excludeScript: 'true' },
        form: () => uploadForm(upload),
        permission: PERMISSION.scriptsEdit,
      });
    },

    download: (accountId, name) => downloadScript(transport, accountId, name),

    async delete(accountId, name) {
      try {
        await transport.run({
          method: 'DELETE',
          path: path`/accounts/${accountId}/workers/scripts/${name}`,
          permission: PERMISSION.scriptsEdit,
        });
        return 'deleted';
      } catch (error) {
        if (isGone(error)) return 'missing';
        throw error;
      }
    },

    disableSubdomain: (accountId, name) => disableSubdomain(transport, accountId, name),

    async replaceRoutes(accountId, name, routes) {
      await transport.run({
        method: 'PUT',
        path: path`/accounts/${accountId}/workers/scripts/${name}/routes`,
        json: routes.map(({ pattern, zoneId }) => ({ pattern, zone_id: zoneId })),
        largest: LIST_BYTES,
        permission: PERMISSION.routesEdit,
      });
    },
  };
}

async function listScripts(transport: Transport, accountId: string): Promise<readonly ScriptSummary[]> {
  const found = await listOnce(
    transport,
    {
      method: 'GET',
      path: path`/accounts/${accountId}/workers/scripts`,
      largest: LIST_BYTES,
      permission: PERMISSION.scriptsRead,
    },
    script,
  );
  return found.map(({ id, tags, modified_on: modifiedOn, routes }) => ({
    name: id,
    tags: tags ?? [],
    modifiedOn: modifiedOn ?? null,
    // `routes: null` is a script without routes; where the field is missing, the answer does not tell.
    routes: routes === undefined ? null : (routes ?? []),
  }));
}

async function disableSubdomain(transport: Transport, accountId: string, name: string): Promise<void> {
  try {
    await transport.run({
      method: 'POST',
      path: path`/accounts/${accountId}/workers/scripts/${name}/subdomain`,
      json: { enabled: false, previews_enabled: false },
      repeatable: true,
      permission: PERMISSION.scriptsEdit,
    });
  } catch (error) {
    const quiet = hasCode(error, ...NO_SUBDOMAIN) || isGone(error) || isUnavailable(error);
    if (!quiet) throw error;
  }
}

/** Some accounts have workers.dev switched off as a whole; the answer then only says so in words. */
function isUnavailable(error: unknown): boolean {
  return (
    error instanceof CloudflareError &&
    error.code === 'remote-refused' &&
    /workers\.dev|subdomain.*(?:not|un)/i.test(error.message)
  );
}
