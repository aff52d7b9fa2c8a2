/** A Worker route as Cloudflare keeps it. */

/**
 * What a route is set to, without its id: the body of a create or update. `script` is null where the route runs
 * no Worker (it then exempts its URLs from less specific routes). Fields that the published schema does not name
 * are kept, so that a restore can write back exactly what was there; `request_limit_fail_open` is such a field
 * (Cloudflare changelog, 2025-04-15).
 */
export interface RouteBody {
  readonly pattern: string;
  readonly script: string | null;
  readonly request_limit_fail_open?: boolean;
  readonly [field: string]: unknown;
}

/** One route of a zone. */
export interface Route extends RouteBody {
  readonly id: string;
}

/** The body that sets a route to what it was, every field kept but the id. */
export function bodyOf(route: Route): RouteBody {
  const { id: _id, ...body } = route;
  return body as RouteBody;
}

/** Whether visitors get past the route's Worker once the account's requests of the day are used up. */
export function failsOpen(route: RouteBody | null): boolean {
  return route?.request_limit_fail_open ?? false;
}

/** Whether two routes are the same in every field but the id; a missing fail-open flag counts as false. */
export function sameRoute(a: Route, b: Route): boolean {
  return canonical(a) === canonical(b);
}

function canonical(route: Route): string {
  const { id: _id, ...fields } = { request_limit_fail_open: false, ...route };
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
