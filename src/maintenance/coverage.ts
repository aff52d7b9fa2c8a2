/** Which routes of a zone get round a page, and what served a site before it. Pure. */
import { matchesHost, parsePattern, type RoutePattern } from '../model/route-pattern.js';

/**
 * Whether a route keeps URLs of a covered host out of the page. A route on a covered host does so with any
 * path and scheme: how a scheme ranks is not published, so it counts as winning. A route with a wildcard host
 * loses to a pattern that names the host (Cloudflare docs, Workers → Known issues: hostname before path).
 */
export function dodges(route: string, covering: readonly string[]): boolean {
  const other = parsePattern(route);
  return covering.some((pattern) => winsOver(other, parsePattern(pattern)));
}

function winsOver(other: RoutePattern, ours: RoutePattern): boolean {
  if (!ours.wildcardHost) return !other.wildcardHost && other.host === ours.host;
  if (!other.wildcardHost) return matchesHost(ours, other.host);
  // `*.example.com/api/*`, `*.eu.example.com/*` and `*shop.example.com/*` against `*.example.com/*`.
  return other.host.endsWith(ours.host);
}

/** Whether a route can match any URL that the patterns cover: it is then part of what served the site. */
export function touches(route: string, covering: readonly string[]): boolean {
  const other = parsePattern(route);
  return covering.some((pattern) => {
    const ours = parsePattern(pattern);
    if (!ours.wildcardHost) return matchesHost(other, ours.host);
    if (!other.wildcardHost) return matchesHost(ours, other.host);
    return other.host.endsWith(ours.host) || ours.host.endsWith(other.host);
  });
}

/** Whether two patterns are one to Cloudflare: hosts in any case, paths to the letter. */
export function samePattern(a: string, b: string): boolean {
  return a === b || patternKey(a) === patternKey(b);
}

/** One text for all ways to write a pattern; what might be two routes to Cloudflare stays two. */
export function patternKey(pattern: string): string {
  return pattern.replace(/^(?:https?:\/\/)?[^/]*/i, (beforePath) => beforePath.toLowerCase());
}

/** A sentence on why a route dodges. */
export function dodgeReason(route: { readonly pattern: string; readonly script: string | null }): string {
  return route.script === null
    ? `${route.pattern} exempts its URLs from every Worker`
    : `${route.pattern} still runs ${route.script}`;
}
