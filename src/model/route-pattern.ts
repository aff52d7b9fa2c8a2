/**
 * Cloudflare's route patterns: which URLs one matches and which of two wins.
 * Source: Cloudflare docs, Workers → Configuration → Routing → Routes, and → Platform → Known issues.
 * Platform-free: it runs in Node and at the edge.
 */

export interface RoutePattern {
  /** null: both schemes. */
  readonly scheme: 'http' | 'https' | null;
  /** True where the pattern starts with `*`: any text before `host`. */
  readonly wildcardHost: boolean;
  /** Lower case, without the leading `*`; of `*.example.com` it is `.example.com`. */
  readonly host: string;
  /** With the leading `/`, without the trailing `*`; empty of `example.com*`. */
  readonly path: string;
  /** True where the pattern ends with `*`. */
  readonly wildcardPath: boolean;
}

/**
 * Splits a pattern; one without a path stands for `/` alone. `example.com*` ends in a wildcard without having a
 * slash: its path is empty. Never throws.
 */
export function parsePattern(pattern: string): RoutePattern {
  const [, scheme = null, host = '', path = '/'] =
    /^(?:(https?):\/\/)?([^/]+?)(\/.*|\*)?$/is.exec(pattern) ?? [];
  const wildcardHost = host.startsWith('*');
  const wildcardPath = path.endsWith('*');
  return {
    scheme: scheme === null ? null : (scheme.toLowerCase() as 'http' | 'https'),
    wildcardHost,
    host: (wildcardHost ? host.slice(1) : host).toLowerCase(),
    path: wildcardPath ? path.slice(0, -1) : path,
    wildcardPath,
  };
}

/** Whether the pattern's host part matches `host`, paths aside. */
export function matchesHost(pattern: Pick<RoutePattern, 'wildcardHost' | 'host'>, host: string): boolean {
  const name = host.toLowerCase();
  return pattern.wildcardHost ? name.endsWith(pattern.host) : name === pattern.host;
}

/** Whether a pattern matches an absolute URL. The query string counts as part of the path, as it does there. */
export function matches(pattern: string, url: string): boolean {
  return matchesUrl(pattern, new URL(url));
}

function matchesUrl(pattern: string, url: URL): boolean {
  const { scheme, path, wildcardPath, ...rest } = parsePattern(pattern);
  if (scheme !== null && `${scheme}:` !== url.protocol) return false;
  if (!matchesHost(rest, url.hostname)) return false;
  const target = url.pathname + url.search;
  return wildcardPath ? target.startsWith(path) : target === path;
}

/**
 * Orders two patterns, the more specific first: hostname before path, exact before wildcard, longer before
 * shorter. Of `/images*` and `/images/*` the first wins, even for `/images/hello` (Cloudflare docs, Workers →
 * Known issues). A scheme comes last; where it ranks is not published, so nothing may depend on it.
 */
export function compareSpecificity(left: string, right: string): number {
  const a = parsePattern(left);
  const b = parsePattern(right);
  return (
    Number(a.wildcardHost) - Number(b.wildcardHost) ||
    b.host.length - a.host.length ||
    Number(a.wildcardPath) - Number(b.wildcardPath) ||
    reach(b) - reach(a) ||
    a.path.length - b.path.length ||
    Number(b.scheme !== null) - Number(a.scheme !== null)
  );
}

/** How much of a path is fixed; the slash right before a wildcard does not count. */
function reach({ path, wildcardPath }: RoutePattern): number {
  return wildcardPath ? path.replace(/\/$/, '').length : path.length;
}

/** The route that Cloudflare would run for a URL, or null where none matches. */
export function mostSpecific<T extends { readonly pattern: string }>(
  routes: readonly T[],
  url: string,
): T | null {
  const target = new URL(url);
  const candidates = routes.filter((route) => matchesUrl(route.pattern, target));
  candidates.sort((a, b) => compareSpecificity(a.pattern, b.pattern));
  return candidates[0] ?? null;
}
