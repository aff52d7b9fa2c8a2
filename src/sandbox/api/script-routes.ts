/**
 * A script's routes over all zones: the bulk PUT and the list that Cloudflare's own command line uses.
 * Source: cloudflare/workers-sdk, `publish-routes.ts` and `download-worker-config.ts`; neither is in the API schema.
 */
import type { SandboxRoute, SandboxState, SandboxZone } from '../state.js';
import type { Call, Endpoint } from './endpoint.js';
import { refuse, succeed } from './envelope.js';
import { holds } from './permissions.js';
import { patternKey, patternProblem } from './route-pattern.js';
import {
  duplicateRoute,
  ROUTES_PER_ZONE,
  type RouteInput,
  readRouteInput,
  routesOf,
  type StoredRoute,
  tooManyZones,
  ZONES_PER_SCRIPT,
} from './route-rules.js';
import { scriptOf } from './script-store.js';

export const scriptRouteEndpoints: readonly Endpoint[] = [
  {
    method: 'PUT',
    path: '/accounts/:account/workers/scripts/:script/routes',
    needs: ['Workers Scripts Write'],
    handle: replaceAllRoutes,
  },
  {
    method: 'GET',
    path: '/accounts/:account/workers/services/:script/environments/:environment/routes',
    needs: ['Workers Scripts Read'],
    handle: listScriptRoutes,
  },
];

/** Routes asked for in one zone. */
type Asked = Map<SandboxZone, RouteInput[]>;

/**
 * Makes the body's routes all the routes of this script: others of its routes go, in every zone. All or nothing.
 * @throws ApiRefusal 403 code 10000 for a token that is limited to some zones, 409 code 10020 where a pattern is
 * another script's or runs no Worker
 */
function replaceAllRoutes(call: Call) {
  if (call.token.zones !== 'all' || !holds(call.token, ['Workers Routes Write'])) {
    throw refuse(403, 10000, 'Authentication error');
  }
  const { name } = scriptOf(call);
  const asked = readAsked(call, name);
  if (asked.size > ZONES_PER_SCRIPT) throw tooManyZones();
  const { state } = call.world;
  const planned = new Map<string, SandboxRoute[]>();
  const result: SandboxRoute[] = [];
  for (const zone of state.zones.values()) {
    if (zone.accountId !== call.account.id) continue;
    const { routes, ofScript } = planZone(call, zone, name, asked.get(zone) ?? []);
    planned.set(zone.id, routes);
    result.push(...ofScript);
  }
  for (const [zoneId, routes] of planned) state.routes.set(zoneId, routes);
  call.world.changed();
  return succeed(result.map(({ id, pattern, script }) => ({ id, pattern, script })));
}

/** The zone's routes as they would be: a route of this script that stays keeps its id and its fields. */
function planZone(call: Call, zone: SandboxZone, script: string, inputs: RouteInput[]) {
  const present = routesOf(call.world.state, zone.id);
  const foreign = present.filter((route) => route.script !== script);
  const own = new Map<string, SandboxRoute>();
  for (const input of inputs) {
    const problem = patternProblem(input.pattern, zone.name);
    if (problem !== null) throw refuse(400, 10022, problem);
    const key = patternKey(input.pattern);
    const taken = foreign.some((route) => patternKey(route.pattern) === key);
    if (taken || own.has(key)) throw duplicateRoute();
    const old = present.find((route) => patternKey(route.pattern) === key);
    const fresh = { id: call.world.newId(), request_limit_fail_open: false };
    own.set(key, { ...fresh, ...old, ...input.rest, pattern: input.pattern, script } as StoredRoute);
  }
  const ofScript = [...own.values()];
  if (foreign.length + ofScript.length > ROUTES_PER_ZONE) {
    throw refuse(400, 10073, `This zone has reached its limit of ${ROUTES_PER_ZONE} routes`);
  }
  return { routes: [...foreign, ...ofScript], ofScript };
}

function readAsked(call: Call, script: string): Asked {
  const body = call.jsonValue(10026);
  if (!Array.isArray(body)) throw refuse(400, 10026, 'Could not parse the request body: it must be a list');
  const asked: Asked = new Map();
  for (const item of body) {
    if (typeof item !== 'object' || item === null)
      throw refuse(400, 10022, 'Could not understand the route pattern');
    const { zone_id: zoneId, zone_name: zoneName, ...route } = item as Record<string, unknown>;
    const input = readRouteInput({ ...route, script });
    const zone = findZone(call.world.state, call.account.id, zoneId, zoneName);
    asked.set(zone, [...(asked.get(zone) ?? []), input]);
  }
  return asked;
}

function findZone(state: SandboxState, accountId: string, id: unknown, name: unknown): SandboxZone {
  for (const zone of state.zones.values()) {
    if (zone.accountId === accountId && (zone.id === id || zone.name === name)) return zone;
  }
  throw refuse(400, 10022, 'Could not find the zone of the route');
}

function listScriptRoutes(call: Call) {
  const { name } = scriptOf(call);
  if (call.param('environment') !== 'production') throw refuse(404, 10092, 'This environment does not exist');
  const { lag, state } = call.world;
  const withZoneName = call.query.get('show_zonename') === 'true';
  const found: Record<string, unknown>[] = [];
  for (const [zoneId, routes] of lag.seen(state).routes) {
    const zone = state.zones.get(zoneId);
    if (zone?.accountId !== call.account.id) continue;
    for (const { id, pattern, script } of routes) {
      if (script !== name) continue;
      const route = { id, pattern, zone_id: zoneId, script, environment: 'production' };
      found.push(withZoneName ? { ...route, zone_name: zone.name } : route);
    }
  }
  return succeed(found);
}
