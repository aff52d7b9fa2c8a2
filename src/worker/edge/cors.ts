/**
 * Cross-origin rules: a script of another origin must be able to read that this is maintenance, and when to return.
 * A preflight is granted whatever it asks for, so that the request itself comes and learns. That grant is not to be
 * remembered: it must not outlive the page, for the site's own rules may be stricter.
 * @returns headers; none where no origin asks
 */
export function corsHeaders(request: Request): Record<string, string> {
  const asked = (name: string): string => request.headers.get(name) ?? '';
  const common = {
    'access-control-allow-origin': asked('origin'),
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After, X-Maint-Event',
  };
  if (!request.headers.has('origin')) return {};
  if (!isPreflight(request)) return common;
  return {
    ...common,
    'access-control-allow-methods': asked('access-control-request-method'),
    'access-control-allow-headers': asked('access-control-request-headers'),
    'access-control-max-age': '0',
  };
}

export function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}
