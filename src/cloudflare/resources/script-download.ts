/** Reading a script back from Cloudflare. */
import type { ScriptModule } from '../api.js';
import { LIST_BYTES, path } from '../transport/api-request.js';
import { CloudflareError, hasCode, isGone } from '../transport/errors.js';
import { PERMISSION } from '../transport/permissions.js';
import type { Answer } from '../transport/request.js';
import type { Transport } from '../transport/transport.js';

/**
 * The modules of a script, or null where there is none of this name. Asks the script's own address, and the
 * second one that carries the same content where the first does not serve it.
 */
export async function downloadScript(
  transport: Transport,
  accountId: string,
  name: string,
): Promise<readonly ScriptModule[] | null> {
  const script = path`/accounts/${accountId}/workers/scripts/${name}`;
  const read = (url: string) =>
    transport.raw(
      { method: 'GET', path: url, largest: LIST_BYTES, permission: PERMISSION.scriptsRead },
      (answer) => readModules(answer, name),
    );
  try {
    try {
      return await read(script);
    } catch (error) {
      if (!mayBeElsewhere(error)) throw error;
      return await read(`${script}/content/v2`);
    }
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

function mayBeElsewhere(error: unknown): boolean {
  if (!(error instanceof CloudflareError)) return false;
  return (
    error.code === 'remote-unreadable' || hasCode(error, 7000, 7001) || [405, 406].includes(error.status ?? 0)
  );
}

/** A form with a part for each module, or the one module itself; null for anything else. */
async function readModules(answer: Answer, name: string): Promise<readonly ScriptModule[] | null> {
  const type = answer.headers['content-type'] ?? '';
  if (/^multipart\/form-data\b/i.test(type)) return await readForm(answer.body, type);
  if (!/^(?:application|text)\/(?:x-)?javascript\b/i.test(type) || answer.body.length === 0) return null;
  const entry = answer.headers['cf-entrypoint'] ?? `${name}.js`;
  return [{ name: entry, type: mediaType(type), content: answer.body.toString('utf8') }];
}

async function readForm(body: Buffer, type: string): Promise<readonly ScriptModule[] | null> {
  const { Response } = (await import('undici')).default;
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const modules: ScriptModule[] = [];
    for (const [field, value] of form) {
      if (typeof value === 'string') modules.push({ name: field, type: 'text/plain', content: value });
      else
        modules.push({ name: value.name || field, type: mediaType(value.type), content: await value.text() });
    }
    return modules.length === 0 ? null : modules;
  } catch {
    return null;
  }
}

function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}
