/** Worker routes of a zone: the switch. */
import type { Route, RouteBody } from '../../model/route.js';
import { parsePattern } from '../../model/route-pattern.js';
import type { CloudflareApi } from '../api.js';
import { type ApiRequest, LIST_BYTES, path } from '../transport/api-request.js';
import { CloudflareError, hasCode, isGone } from '../transport/errors.js';
import { listOnce } from '../transport/paginate.js';
import { PERMISSION } from '../transport/permissions.js';
import { isConflict } from '../transport/retry.js';
import type { Transport } from '../transport/transport.js';
import { routeAnswerSchema, routeJson, routeSchema } from './route-schema.js';

/** A route with this pattern exists already (Cloudflare docs, Workers error code 10020). */
const DUPLICATE = 10020;

/** Waits for a list that lags behind a write, in milliseconds. */
const LAG_WAITS = [0, 1000, 2000, 4000, 8000, 15_000] as const;

export function routesOf(transport: Transport): CloudflareApi['routes'] {
  const list = (zoneId: string) =>
    listOnce(
      transport,
      {
        method: 'GET',
        path: path`/zones/${zoneId}/workers/routes`,
        largest: LIST_BYTES,
        permission: PERMISSION.routesRead,
      },
      routeSchema,
    );
  const one = (method: 'GET' | 'PUT' | 'DELETE', zoneId: string, routeId: string): ApiRequest => ({
    method,
    path: path`/zones/${zoneId}/workers/routes/${routeId}`,
    permission: method === 'GET' ? PERMISSION.routesRead : PERMISSION.routesEdit,
  });

  return {
    list,
    async get(zoneId, routeId) {
      try {
        return await transport.call(one('GET', zoneId, routeId), routeSchema);
      } catch (error) {
        if (isGone(error)) return null;
        throw error;
      }
    },

    create: (zoneId, body) => createRoute(transport, zoneId, body, () => list(zoneId)),

    async update(zoneId, routeId, body) {
      const request = { ...one('PUT', zoneId, routeId), json: routeJson(body) };
      return await transport.call(request, routeAnswerSchema(body));
    },

    async delete(zoneId, routeId) {
      try {
        await transport.run(one('DELETE', zoneId, routeId));
        return 'deleted';
      } catch (error) {
        if (isGone(error)) return 'missing';
        throw error;
      }
    },
  };
}

/**
 * Creates a route once. A POST whose answer was lost is not sent again before the list says that the route is
 * not there; and Cloudflare's "exists already" may speak of that very route.
 */
async function createRoute(
  transport: Transport,
  zoneId: string,
  body: RouteBody,
  list: () => Promise<readonly Route[]>,
): Promise<Route> {
  const request: ApiRequest = {
    method: 'POST',
    path: path`/zones/${zoneId}/workers/routes`,
    json: routeJson(body),
    permission: PERMISSION.routesEdit,
  };
  const readBack = async (): Promise<Route | undefined> => {
    const there = (await list()).find((route) => samePattern(route.pattern, body.pattern));
    if (there !== undefined && there.script !== body.script) throw taken(there, request);
    return there;
  };
  try {
    return await transport.call(request, routeAnswerSchema(body), readBack);
  } catch (error) {
    if (!hasCode(error, DUPLICATE)) throw error;
    return await findOwn(transport, readBack, error);
  }
}

/** The route that stands in the way, if it turns out to be the one that was wanted. */
async function findOwn(
  transport: Transport,
  readBack: () => Promise<Route | undefined>,
  duplicate: unknown,
): Promise<Route> {
  try {
    for (const wait of LAG_WAITS) {
      if (wait > 0) await transport.pause(wait);
      const there = await readBack();
      if (there !== undefined) return there;
    }
  } catch (error) {
    if (isConflict(error)) throw error;
  }
  throw duplicate;
}

function samePattern(a: string, b: string): boolean {
  return JSON.stringify(parsePattern(a)) === JSON.stringify(parsePattern(b));
}

function taken(route: Route, request: ApiRequest): CloudflareError {
  const owner = route.script === null ? 'a route without a Worker' : `the Worker "${route.script}"`;
  return new CloudflareError('conflict', `The pattern ${route.pattern} already belongs to ${owner}.`, {
    status: 409,
    endpoint: `${request.method} ${request.path}`,
    codes: [],
    hint: 'Run the command again: it looks at the routes anew.',
    retryable: false,
    ambiguous: false,
  });
}
