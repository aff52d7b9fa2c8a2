/** Changes made by somebody else, past the API: no token, no limit, no record of a request. */
import { readRouteInput, routesOf, type StoredRoute } from '../api/route-rules.js';
import { addRoute, dropRoute, replaceRoute } from '../api/routes.js';
import type { World } from '../api/world.js';
import { addScript } from '../fleet.js';
import type { SandboxZone } from '../state.js';

/** Answered as `{error}` with this status. */
export class ControlRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function editZone(world: World, name: string, change: Record<string, unknown>): SandboxZone {
  const zone = Object.assign(zoneNamed(world, name), change);
  world.changed();
  return zone;
}

/** POST adds, PUT changes the named fields, DELETE removes the route of a pattern. */
export function changeRoute(
  world: World,
  zoneName: string,
  pattern: string,
  method: string,
  change: Record<string, unknown>,
): unknown {
  const zone = zoneNamed(world, zoneName);
  if (method === 'POST') return addRoute(world, zone.id, readRouteInput(change));
  const route = routesOf(world.state, zone.id).find((each) => each.pattern === pattern);
  if (!route) throw new ControlRefusal(404, `${zoneName} has no route ${pattern}`);
  if (method === 'PUT') {
    const input = readRouteInput({ ...route, ...change });
    return replaceRoute(world, zone.id, route as StoredRoute, input);
  }
  dropRoute(world, zone.id, route.id);
  return { id: route.id };
}

export function putScript(world: World, accountId: string, body: Record<string, unknown>): unknown {
  if (!world.state.accounts.has(accountId)) throw new ControlRefusal(404, `no account ${accountId}`);
  addScript(world, accountId, String(body.name), String(body.code));
  return { name: body.name };
}

export function dropScript(world: World, accountId: string, name: string): unknown {
  const gone = world.state.scripts.get(accountId)?.delete(name);
  if (!gone) throw new ControlRefusal(404, `no script ${name} in account ${accountId}`);
  world.changed();
  return { name };
}

function zoneNamed(world: World, name: string): SandboxZone {
  for (const zone of world.state.zones.values()) if (zone.name === name) return zone;
  throw new ControlRefusal(404, `no zone ${name}`);
}
