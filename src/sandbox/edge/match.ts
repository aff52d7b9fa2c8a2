/** Which route of a zone answers a URL, by Cloudflare's own rules. Pure. */
import type { SandboxRoute } from '../state.js';

interface Pattern {
  /** Null where the pattern has no scheme: both match. */
  scheme: 'http' | 'https' | null;
  /** What the hostname is, or ends with where `anyHostStart`. Lower case. */
  host: string;
  anyHostStart: boolean;
  /** What path and query are, or start with where `anyPathEnd`. Case matters. */
  path: string;
  anyPathEnd: boolean;
}

/**
 * The route that wins for `url` among the routes of one zone, or null when none matches.
 *
 * The most specific pattern wins, whatever the order of creation, and hostnames are compared before paths
 * (Cloudflare docs, Workers "Routes" and "Known issues"). A winner with `script: null` is an answer too: it
 * means that no Worker runs. Cloudflare does not say how `https://x/*` and `x/*` compare; here the one with
 * a scheme wins.
 *
 * @param url absolute, as the visitor asked for it; the query string counts, the fragment does not
 */
export function matchRoute(url: string, routes: readonly SandboxRoute[]): SandboxRoute | null {
  const target = new URL(url);
  let winner: { route: SandboxRoute; pattern: Pattern } | null = null;
  for (const route of routes) {
    const pattern = parsePattern(route.pattern);
    if (!matches(pattern, target)) continue;
    if (winner === null || isMoreSpecific(pattern, winner.pattern)) winner = { route, pattern };
  }
  return winner?.route ?? null;
}

function parsePattern(text: string): Pattern {
  const [, scheme, rest = ''] = /^(?:(https?):\/\/)?(.*)$/is.exec(text) ?? [];
  const slash = rest.indexOf('/');
  // `example.com*` has its wildcard in the path, though no slash is written.
  const bareEnd = slash < 0 && rest.length > 1 && rest.endsWith('*');
  const host = slash < 0 ? (bareEnd ? rest.slice(0, -1) : rest) : rest.slice(0, slash);
  const path = slash < 0 ? (bareEnd ? '/*' : '/') : rest.slice(slash);
  return {
    scheme: scheme ? (scheme.toLowerCase() as 'http' | 'https') : null,
    host: host.replace(/^\*/, '').toLowerCase(),
    anyHostStart: host.startsWith('*'),
    path: path.replace(/\*$/, ''),
    anyPathEnd: path.endsWith('*'),
  };
}

function matches(pattern: Pattern, target: URL): boolean {
  if (pattern.scheme !== null && target.protocol !== `${pattern.scheme}:`) return false;
  const { hostname } = target;
  if (pattern.anyHostStart ? !hostname.endsWith(pattern.host) : hostname !== pattern.host) return false;
  const path = target.pathname + target.search;
  return pattern.anyPathEnd ? path.startsWith(pattern.path) : path === pattern.path;
}

function isMoreSpecific(a: Pattern, b: Pattern): boolean {
  return (
    (Number(b.anyHostStart) - Number(a.anyHostStart) ||
      a.host.length - b.host.length ||
      Number(b.anyPathEnd) - Number(a.anyPathEnd) ||
      reach(a) - reach(b) ||
      // Known issue at Cloudflare: `/images*` wins over `/images/*`, even for `/images/hello`.
      b.path.length - a.path.length ||
      Number(a.scheme !== null) - Number(b.scheme !== null)) > 0
  );
}

/** The length of a path's fixed part; the slash right before a wildcard does not count. */
function reach({ path, anyPathEnd }: Pattern): number {
  return anyPathEnd && path.endsWith('/') ? path.length - 1 : path.length;
}
