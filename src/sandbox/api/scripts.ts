/** /accounts/{id}/workers/scripts. Source: Cloudflare API schema, "Worker Script". */
import type { SandboxScript } from '../state.js';
import type { Call, Endpoint } from './endpoint.js';
import { type Answer, refuse, succeed } from './envelope.js';
import { writeForm } from './multipart.js';
import type { Binding } from './script-bindings.js';
import { routesByScript, scriptObject, scriptOf, scriptsOf, tagsOf } from './script-store.js';
import { uploadScript } from './script-upload.js';

const ONE = '/accounts/:account/workers/scripts/:script';
const READ = ['Workers Scripts Read'];
const WRITE = ['Workers Scripts Write'];

export const scriptEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/accounts/:account/workers/scripts', needs: READ, handle: listScripts },
  { method: 'PUT', path: ONE, needs: WRITE, handle: uploadScript },
  { method: 'GET', path: ONE, needs: READ, handle: downloadScript },
  { method: 'GET', path: `${ONE}/content/v2`, needs: READ, handle: downloadScript },
  { method: 'DELETE', path: ONE, needs: WRITE, handle: deleteScript },
  {
    method: 'GET',
    path: `${ONE}/subdomain`,
    needs: READ,
    handle: (call) => succeed(scriptOf(call).subdomain),
  },
  { method: 'POST', path: `${ONE}/subdomain`, needs: WRITE, handle: setSubdomain },
  { method: 'DELETE', path: `${ONE}/subdomain`, needs: WRITE, handle: clearSubdomain },
  { method: 'GET', path: '/accounts/:account/workers/subdomain', needs: READ, handle: accountSubdomain },
];

/** The whole list, never paged; each script with its routes in all zones, or null where it has none. */
function listScripts(call: Call): Answer {
  const seen = call.world.lag.seen(call.world.state);
  const routes = routesByScript(seen.routes, call.world.state, call.account.id);
  const wanted = tagTest(call.query.get('tags'));
  const scripts = [...(seen.scripts.get(call.account.id)?.values() ?? [])].filter(wanted);
  scripts.sort((a, b) => (a.name < b.name ? -1 : 1));
  return succeed(
    scripts.map((script) => {
      const own = routes.get(script.name)?.map(({ id, pattern }) => ({ id, pattern, script: script.name }));
      return { ...scriptObject(script), routes: own ?? null };
    }),
  );
}

/** `tags=one:yes,two:no` → scripts that carry `one` and do not carry `two`. */
function tagTest(filter: string | null): (script: SandboxScript) => boolean {
  const conditions = (filter ?? '').split(',').filter(Boolean);
  return (script) =>
    conditions.every((condition) => {
      const [, tag = condition, answer = 'yes'] = /^(.*):(yes|no)$/.exec(condition) ?? [];
      return tagsOf(script).includes(tag) === (answer === 'yes');
    });
}

/** The modules as a form, the main one first; a script of the old syntax as it is. */
function downloadScript(call: Call): Answer {
  const { modules, metadata, etag } = scriptOf(call);
  const main = metadata.main_module;
  if (main === undefined) {
    const headers = { 'content-type': 'application/javascript', etag };
    return { status: 200, headers, body: modules[0]?.content ?? Buffer.alloc(0) };
  }
  const mainFirst = [...modules].sort((a, b) => Number(b.name === main) - Number(a.name === main));
  const parts = mainFirst.map(({ name, type, content }) => ({ name, fileName: name, type, content }));
  const form = writeForm(parts, etag.slice(0, 60));
  const headers = { 'content-type': form.type, etag, 'cf-entrypoint': String(main) };
  return { status: 200, headers, body: form.body };
}

/**
 * Deletes a script. What becomes of its routes is not published: here they stay and name a Worker that is gone.
 * @throws ApiRefusal 404 code 10007; 400 code 10142 while another script is bound to it, unless `force=true`
 */
function deleteScript(call: Call): Answer {
  const { name } = scriptOf(call);
  const scripts = scriptsOf(call.world.state, call.account.id);
  const user = [...scripts.values()].find((script) => script.name !== name && isBoundTo(script, name));
  if (user && call.query.get('force') !== 'true') {
    throw refuse(400, 10142, `This Worker is still referenced by a service binding of Worker '${user.name}'`);
  }
  scripts.delete(name);
  call.world.changed();
  return succeed(null);
}

function isBoundTo(script: SandboxScript, name: string): boolean {
  const bindings = (script.metadata.bindings as Binding[] | undefined) ?? [];
  return bindings.some(({ type, service }) => type === 'service' && service === name);
}

/** `enabled` and `previews_enabled`; a preview setting that is not given follows `enabled`. */
function setSubdomain(call: Call): Answer {
  const script = scriptOf(call);
  const { enabled, previews_enabled: previews = enabled } = call.jsonObject(10026);
  if (typeof enabled !== 'boolean' || typeof previews !== 'boolean') {
    throw refuse(400, 10026, 'Could not parse the request body: enabled must be a boolean');
  }
  if (enabled && call.account.subdomain === undefined) throw noSubdomain();
  return writeSubdomain(call, script, { enabled, previews_enabled: previews });
}

function clearSubdomain(call: Call): Answer {
  return writeSubdomain(call, scriptOf(call), { enabled: false, previews_enabled: false });
}

function writeSubdomain(call: Call, script: SandboxScript, subdomain: SandboxScript['subdomain']): Answer {
  scriptsOf(call.world.state, call.account.id).set(script.name, { ...script, subdomain });
  call.world.changed();
  return succeed(subdomain);
}

function accountSubdomain(call: Call): Answer {
  if (call.account.subdomain === undefined) throw noSubdomain();
  return succeed({ subdomain: call.account.subdomain });
}

function noSubdomain() {
  return refuse(403, 10063, 'You need a workers.dev subdomain in order to proceed');
}
