/**
 * Which permissions a token has. Cloudflare tells a token neither its policies nor its groups, so each is asked
 * for where it is needed: reading by reading, changing by a deletion of an id that nothing has. Whether the
 * permission is looked at before the id is not published: "not there" therefore counts as held, a refusal for want
 * of permission as missing, and any other answer as unclear.
 */
import type { CloudflareApi, Held } from '../api.js';
import { type ApiRequest, LIST_BYTES, path } from '../transport/api-request.js';
import { CloudflareError, hasCode, isGone } from '../transport/errors.js';
import { PERMISSION, type Permission } from '../transport/permissions.js';
import type { Transport } from '../transport/transport.js';

type Where = Parameters<CloudflareApi['permissions']['ask']>[1];
type Probe = Pick<ApiRequest, 'method' | 'path' | 'query' | 'json'>;

/** A page as small as the lists allow. */
const FEW = { per_page: 5 } as const;

const PROBES: Readonly<Record<Permission, (where: Where) => Probe>> = {
  [PERMISSION.zoneRead]: () => ({ method: 'GET', path: '/zones', query: FEW }),
  [PERMISSION.routesRead]: ({ zoneId }) => ({ method: 'GET', path: path`/zones/${zoneId}/workers/routes` }),
  [PERMISSION.routesEdit]: ({ zoneId, unusedId }) => ({
    method: 'DELETE',
    path: path`/zones/${zoneId}/workers/routes/${unusedId}`,
  }),
  [PERMISSION.dnsRead]: ({ zoneId }) => ({
    method: 'GET',
    path: path`/zones/${zoneId}/dns_records`,
    query: FEW,
  }),
  [PERMISSION.dnsEdit]: ({ zoneId, unusedId }) => ({
    method: 'DELETE',
    path: path`/zones/${zoneId}/dns_records/${unusedId}`,
  }),
  [PERMISSION.settingsRead]: ({ zoneId }) => ({ method: 'GET', path: path`/zones/${zoneId}/settings/ssl` }),
  [PERMISSION.settingsEdit]: ({ zoneId, unusedId }) => ({
    method: 'PATCH',
    path: path`/zones/${zoneId}/settings/${unusedId}`,
    json: { value: unusedId },
  }),
  [PERMISSION.scriptsRead]: ({ accountId }) => ({
    method: 'GET',
    path: path`/accounts/${accountId}/workers/domains`,
  }),
  [PERMISSION.scriptsEdit]: ({ accountId, unusedId }) => ({
    method: 'DELETE',
    path: path`/accounts/${accountId}/workers/scripts/${`unused-${unusedId}`}`,
  }),
  [PERMISSION.redirectsRead]: ({ zoneId }) => ({
    method: 'GET',
    path: path`/zones/${zoneId}/rulesets/phases/http_request_dynamic_redirect/entrypoint`,
  }),
  [PERMISSION.accountRead]: () => ({ method: 'GET', path: '/accounts', query: FEW }),
};

/** "Unrecognized zone setting name": said to a token that may edit settings. */
const NO_SUCH_SETTING = [1003, 1006] as const;

export function permissionsOf(transport: Transport): CloudflareApi['permissions'] {
  return {
    async ask(permission, where): Promise<Held> {
      try {
        const question = { permission, repeatable: true, probesToken: true, largest: LIST_BYTES };
        await transport.run({ ...PROBES[permission](where), ...question });
        return 'held';
      } catch (error) {
        if (!(error instanceof CloudflareError)) throw error;
        if (error.code === 'permission-missing') return 'missing';
        if (isGone(error)) return 'held';
        if (permission === PERMISSION.settingsEdit && hasCode(error, ...NO_SUCH_SETTING)) return 'held';
        if (error.code === 'token-invalid' || error.code === 'interrupted') throw error;
        return 'unclear';
      }
    },
  };
}
