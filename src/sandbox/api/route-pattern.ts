/** Which patterns a Workers route may have. Source: Cloudflare docs, "Workers routes", matching behavior. */

/**
 * Checks a pattern against the rules for its zone.
 * @returns what is wrong with it, or null where it is fine
 */
export function patternProblem(pattern: string, zoneName: string): string | null {
  const [, scheme, host = '', path = ''] = /^(?:([a-z]+):\/\/)?([^/]*)(\/.*)?$/is.exec(pattern) ?? [];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return 'Could not understand the route pattern';
  if (pattern.includes('?')) return 'Route patterns may not contain query parameters';
  if (host.lastIndexOf('*') > 0 || path.slice(0, -1).includes('*')) {
    return 'Wildcards are only allowed at the beginning of the hostname and at the end of the path';
  }
  if (!/^\*?[a-z0-9_.-]*$/i.test(host) || host === '' || /\s/.test(path)) {
    return 'Could not understand the route pattern';
  }
  return belongsToZone(host.toLowerCase(), zoneName)
    ? null
    : 'Route pattern must include the name of your zone';
}

/** `*` alone takes every hostname of the zone; otherwise the zone's name must end the hostname. */
function belongsToZone(host: string, zoneName: string): boolean {
  if (host === '*') return true;
  if (host === zoneName || host === `*${zoneName}`) return true;
  return host.endsWith(`.${zoneName}`);
}

/** Patterns that are the same route to Cloudflare: the hostname's case does not matter, the path's does. */
export function patternKey(pattern: string): string {
  const pathAt = pattern.indexOf('/', pattern.indexOf('://') < 0 ? 0 : pattern.indexOf('://') + 3);
  return pathAt < 0 ? pattern.toLowerCase() : pattern.slice(0, pathAt).toLowerCase() + pattern.slice(pathAt);
}
