/** /zones/{id}/workers/routes. Source: Cloudflare API schema, "Worker Routes", and changelog 2025-04-15. */
import type { Call, Endpoint } from './endpoint.js';
import { refuse, succeed } from './envelope.js';
import { checkRoute, type RouteInput, readRouteInput, routesOf, type StoredRoute } from './route-rules.js';
import type { World } from './world.js';

const LIST = '/zones/:zone/workers/routes';
const ONE = '/zones/:zone/workers/routes/:route';

export const routeEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: LIST, needs: ['Workers Routes Read'], handle: listRoutes },
  { method: 'POST', path: LIST, needs: ['Workers Routes Write'], handle: createRoute },
  { method: 'GET', path: ONE, needs: ['Workers Routes Read'], handle: (call) => succeed(routeOf(call)) },
  { method: 'PUT', path: ONE, needs: ['Workers Routes Write'], handle: updateRoute },
  { method: 'DELETE', path: ONE, needs: ['Workers Routes Write'], handle: removeRoute },
];

/** The whole list, never paged. */
function listRoutes(call: Call) {
  const { lag, state } = call.world;
  return succeed(lag.seen(state).routes.get(call.zone.id) ?? []);
}

function createRoute(call: Call) {
  const input = readRouteInput(call.jsonObject(10026));
  checkRoute(call.world.state, call.zone, input);
  return succeed(addRoute(call.world, call.zone.id, input));
}

/** Adds a route that has been checked. */
export function addRoute(world: World, zoneId: string, input: RouteInput): StoredRoute {
  const route: StoredRoute = {
    id: world.newId(),
    pattern: input.pattern,
    script: input.script,
    request_limit_fail_open: false,
    ...input.rest,
  };
  world.state.routes.set(zoneId, [...routesOf(world.state, zoneId), route]);
  world.changed();
  return route;
}

function updateRoute(call: Call) {
  const old = routeOf(call);
  const input = readRouteInput(call.jsonObject(10026));
  checkRoute(call.world.state, call.zone, input, old.id);
  return succeed(replaceRoute(call.world, call.zone.id, old, input));
}

/** Writes a route that has been checked over an old one; what the body leaves out is reset or kept by choice. */
export function replaceRoute(world: World, zoneId: string, old: StoredRoute, input: RouteInput): StoredRoute {
  const kept = world.choices.resetFailOpenOnPut ? {} : old;
  const route: StoredRoute = {
    request_limit_fail_open: false,
    ...kept,
    ...input.rest,
    id: old.id,
    pattern: input.pattern,
    script: input.script,
  };
  const routes = routesOf(world.state, zoneId).map((each) => (each.id === old.id ? route : each));
  world.state.routes.set(zoneId, routes);
  world.changed();
  return route;
}

function removeRoute(call: Call) {
  const { id } = routeOf(call);
  dropRoute(call.world, call.zone.id, id);
  return succeed({ id });
}

export function dropRoute(world: World, zoneId: string, id: string): void {
  const routes = routesOf(world.state, zoneId).filter((route) => route.id !== id);
  world.state.routes.set(zoneId, routes);
  world.changed();
}

function routeOf(call: Call): StoredRoute {
  const route = routesOf(call.world.state, call.zone.id).find((each) => each.id === call.param('route'));
  if (!route) throw refuse(404, 10009, 'This route does not exist');
  return route as StoredRoute;
}
