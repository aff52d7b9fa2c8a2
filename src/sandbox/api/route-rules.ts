/** What must hold before a route is written. Source: Cloudflare docs, Workers "API error codes" and "Limits". */
import type { SandboxRoute, SandboxState, SandboxZone } from '../state.js';
import { refuse } from './envelope.js';
import { patternKey, patternProblem } from './route-pattern.js';

export const ROUTES_PER_ZONE = 1000;
export const ZONES_PER_SCRIPT = 1000;

/** A route with whatever else was written to it. */
export type StoredRoute = SandboxRoute & Record<string, unknown>;

export interface RouteInput {
  pattern: string;
  script: string | null;
  /** The rest of the body, `request_limit_fail_open` and unknown fields alike. */
  rest: Record<string, unknown>;
}

/**
 * Reads a route from a request body; an empty or missing script is a route that runs no Worker.
 * @throws ApiRefusal 400 code 10022 without a pattern, 10026 where a field has the wrong type
 */
export function readRouteInput(body: Record<string, unknown>): RouteInput {
  const { pattern, script, id: _id, ...rest } = body;
  if (typeof pattern !== 'string') throw refuse(400, 10022, 'Could not understand the route pattern');
  if (script !== undefined && script !== null && typeof script !== 'string') {
    throw refuse(400, 10026, 'Could not parse the request body: script must be a string');
  }
  const failOpen = rest.request_limit_fail_open;
  if (failOpen !== undefined && typeof failOpen !== 'boolean') {
    throw refuse(400, 10026, 'Could not parse the request body: request_limit_fail_open must be a boolean');
  }
  return { pattern, script: script || null, rest };
}

/**
 * Checks a route before it is created, or changed where `ownId` is given.
 * @throws ApiRefusal 10022 bad pattern, 10020 pattern taken, 10019 no such script, 10073 zone full, 100149 script on
 * too many zones
 */
export function checkRoute(state: SandboxState, zone: SandboxZone, input: RouteInput, ownId?: string): void {
  const problem = patternProblem(input.pattern, zone.name);
  if (problem !== null) throw refuse(400, 10022, problem);
  const others = routesOf(state, zone.id).filter((route) => route.id !== ownId);
  const key = patternKey(input.pattern);
  if (others.some((route) => patternKey(route.pattern) === key)) throw duplicateRoute();
  if (input.script !== null) checkScript(state, zone, input.script);
  if (others.length >= ROUTES_PER_ZONE) {
    throw refuse(400, 10073, `This zone has reached its limit of ${ROUTES_PER_ZONE} routes`);
  }
}

function checkScript(state: SandboxState, zone: SandboxZone, script: string): void {
  if (!state.scripts.get(zone.accountId)?.has(script)) {
    throw refuse(400, 10019, 'The route points at a Worker that does not exist');
  }
  const zones = routedZones(state, zone.accountId, script);
  if (!zones.has(zone.id) && zones.size >= ZONES_PER_SCRIPT) throw tooManyZones();
}

/** Ids of the zones in which a script has a route. */
export function routedZones(state: SandboxState, accountId: string, script: string): Set<string> {
  const zones = new Set<string>();
  for (const [zoneId, routes] of state.routes) {
    if (state.zones.get(zoneId)?.accountId !== accountId) continue;
    if (routes.some((route) => route.script === script)) zones.add(zoneId);
  }
  return zones;
}

export function routesOf(state: SandboxState, zoneId: string): SandboxRoute[] {
  return state.routes.get(zoneId) ?? [];
}

/** The same answer whoever owns the route that is in the way, and it does not say who. */
export function duplicateRoute() {
  return refuse(409, 10020, 'A route with the same pattern already exists');
}

export function tooManyZones() {
  return refuse(400, 100149, `A Worker may have routes on at most ${ZONES_PER_SCRIPT} zones`);
}
