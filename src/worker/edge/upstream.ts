import { mostSpecific } from '../../model/route-pattern.js';
import type { PageSettings } from '../settings.js';
import { BYPASS_HEADER, withoutBypassCookie, withoutSecret } from './bypass.js';

/** What the Worker is bound to: displaced Workers by binding name. */
export type Bindings = Readonly<Record<string, { fetch(request: Request): Promise<Response> } | undefined>>;

/** An answer meant for one visitor must not be kept for others, whichever header a cache goes by. */
const CACHE_HEADERS = ['cdn-cache-control', 'cloudflare-cdn-cache-control', 'surrogate-control'];

/**
 * Sends a request to what served its URL before the page: the displaced Worker or, where none ran, the origin. The
 * answer is the upstream's; a failure to get one is told as such (502) and not hidden behind the page.
 */
export async function askUpstream(
  request: Request,
  settings: PageSettings,
  env: Bindings,
): Promise<Response> {
  const clean = withoutTraces(request);
  const binding = mostSpecific(settings.upstream, clean.url)?.binding ?? null;
  try {
    // Routes cannot be the target of a same-zone fetch (Cloudflare docs, Workers → Routes): this reaches the origin.
    if (binding === null) return await fetch(clean);
    return (await env[binding]?.fetch(clean)) ?? badGateway('Worker');
  } catch {
    return badGateway(binding === null ? 'origin' : 'Worker');
  }
}

/** The answer marked, so that a probe can tell, and kept out of every cache. */
export function forGuest(original: Response, eventId: string): Response {
  const marked = new Response(original.body, original);
  marked.headers.set('x-maint-bypassed', eventId);
  marked.headers.set('cache-control', 'private, no-store');
  for (const name of CACHE_HEADERS) marked.headers.delete(name);
  return marked;
}

/** The request as it would have come without `maint`: neither secret nor cookie of ours reaches the site's logs. */
function withoutTraces(request: Request): Request {
  const clean = new Request(withoutSecret(request.url), request);
  clean.headers.delete(BYPASS_HEADER);
  const cookie = withoutBypassCookie(request.headers.get('cookie') ?? '');
  if (cookie === '') clean.headers.delete('cookie');
  else clean.headers.set('cookie', cookie);
  return clean;
}

function badGateway(silent: string): Response {
  const reason = `The ${silent} of this address did not answer.\n`;
  return new Response(reason, { status: 502, headers: { 'cache-control': 'no-store' } });
}
