/** A sandbox whose zones have routes of their own, and somebody else who changes them. */

import { createWorld, hexId, type World } from '../../src/sandbox/api/world.js';
import { addScript, addSite } from '../../src/sandbox/fleet.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.js';
import type { SandboxRoute } from '../../src/sandbox/state.js';

/** Label of an account → domain → its routes: pattern below the domain's hosts, Worker, fail-open flag. */
export interface ZoneSketch {
  readonly domain: string;
  readonly account: 0 | 1;
  readonly routes: readonly (readonly [pattern: string, script: string | null, failOpen?: boolean])[];
}

export const FOREIGN_WORKERS = ['shop', 'api', 'theirs'] as const;

export interface RoutedWorld {
  readonly sandbox: Sandbox;
  readonly accounts: readonly string[];
  zoneId(domain: string): string;
  routes(domain: string): readonly SandboxRoute[];
  route(domain: string, pattern: string): SandboxRoute | undefined;
  /** Somebody else's change: replaces the routes of a zone, past the API. */
  edit(domain: string, change: (routes: readonly SandboxRoute[]) => readonly SandboxRoute[]): void;
  newRoute(pattern: string, script: string | null): SandboxRoute;
}

/** Starts a sandbox without an edge that holds the sketched zones. */
export async function startRoutedWorld(
  sketches: readonly ZoneSketch[],
  options: SandboxOptions = {},
): Promise<RoutedWorld> {
  const sandbox = await startSandbox({ fleet: 'empty', edge: false, rateLimit: 1_000_000, ...options });
  const { state } = sandbox;
  const accounts = [...state.accounts.keys()];
  const world = pastTheApi(sandbox, options);
  for (const account of accounts) {
    for (const name of FOREIGN_WORKERS) {
      addScript(world, account, name, `export default { fetch: () => new Response('${name}') };`);
    }
  }
  for (const { domain, account, routes } of sketches) {
    const accountId = accounts[account] ?? '';
    addSite(world, { name: domain, accountId, plan: 'pro', routes: routes.map((route) => [...route]) });
  }
  await sandbox.changed();
  let issued = 0;
  const zoneId = (domain: string) => [...state.zones.values()].find((zone) => zone.name === domain)?.id ?? '';
  const routes = (domain: string) => state.routes.get(zoneId(domain)) ?? [];
  return {
    sandbox,
    accounts,
    zoneId,
    routes,
    route: (domain, pattern) => routes(domain).find((route) => route.pattern === pattern),
    edit(domain, change) {
      state.routes.set(zoneId(domain), [...change(routes(domain))]);
      void sandbox.changed();
    },
    newRoute(pattern, script) {
      issued += 1;
      return { id: hexId(`foreign route ${issued}`), pattern, script, request_limit_fail_open: false };
    },
  };
}

/** The fleet builders want a world; ids of their own keep clear of those that the API will give out. */
function pastTheApi(sandbox: Sandbox, options: SandboxOptions): World {
  const choices = { resetFailOpenOnPut: true, workersPlan: 'paid', listLagMs: 0 } as const;
  const world = createWorld(sandbox.state, choices, options.now ?? Date.now, () => {});
  let issued = 0;
  return { ...world, newId: () => hexId(`sketched object ${++issued}`) };
}
