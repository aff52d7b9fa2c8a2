/** Scripts of an account: finding one, and what a list says of it. */
import type { SandboxRoute, SandboxScript, SandboxState } from '../state.js';
import type { Call } from './endpoint.js';
import { refuse } from './envelope.js';

export function scriptsOf(state: SandboxState, accountId: string): Map<string, SandboxScript> {
  let scripts = state.scripts.get(accountId);
  if (!scripts) {
    scripts = new Map();
    state.scripts.set(accountId, scripts);
  }
  return scripts;
}

/** The script of the path. @throws ApiRefusal 404 code 10007 where it does not exist */
export function scriptOf(call: Call): SandboxScript {
  const script = scriptsOf(call.world.state, call.account.id).get(call.param('script'));
  if (!script) throw refuse(404, 10007, 'This Worker does not exist on your account');
  return script;
}

export function tagsOf(script: SandboxScript): string[] {
  return Array.isArray(script.metadata.tags) ? (script.metadata.tags as string[]) : [];
}

/** A script as the upload and the list describe it. */
export function scriptObject(script: SandboxScript): Record<string, unknown> {
  const { metadata } = script;
  return {
    id: script.name,
    tag: script.tag,
    tags: tagsOf(script),
    etag: script.etag,
    handlers: ['fetch'],
    created_on: script.createdOn,
    modified_on: script.modifiedOn,
    compatibility_date: metadata.compatibility_date,
    compatibility_flags: metadata.compatibility_flags ?? [],
    has_assets: false,
    has_modules: metadata.main_module !== undefined,
    last_deployed_from: 'api',
    logpush: metadata.logpush === true,
    usage_model: 'standard',
  };
}

/** Routes of every script of an account: script name → routes, without those that run no Worker. */
export function routesByScript(
  routes: Map<string, SandboxRoute[]>,
  state: SandboxState,
  accountId: string,
): Map<string, SandboxRoute[]> {
  const byScript = new Map<string, SandboxRoute[]>();
  for (const [zoneId, ofZone] of routes) {
    if (state.zones.get(zoneId)?.accountId !== accountId) continue;
    for (const route of ofZone) {
      if (route.script !== null) byScript.set(route.script, [...(byScript.get(route.script) ?? []), route]);
    }
  }
  return byScript;
}
