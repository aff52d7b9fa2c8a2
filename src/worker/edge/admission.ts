import { ipInRange } from '../ip-range.js';
import { pathMatches } from '../path-glob.js';
import type { PageSettings } from '../settings.js';
import { BYPASS_HEADER, hasBypassCookie, sameSecret, secretInUrl } from './bypass.js';

/**
 * - `page`: the maintenance page
 * - `link`: a bypass link with the right secret, to be turned into a cookie
 * - `guest`: this visitor alone is let through
 * - `public`: whoever asks for this URL is let through
 */
export type Admission = 'page' | 'link' | 'guest' | 'public';

/** Always open: certificates must renew, and crawlers that find no robots.txt stop crawling the host. */
const OPEN_PATHS = ['/.well-known/acme-challenge/*', '/robots.txt'];

/** Decides what a request gets. A wrong secret is answered like none, so that nothing can be learnt by trying. */
export async function admission(request: Request, settings: PageSettings, now: number): Promise<Admission> {
  const header = (name: string): string => request.headers.get(name) ?? '';
  const { bypassSecret, autoEnd, until, allowIps, allowPaths } = settings;
  if (await sameSecret(secretInUrl(request.url) ?? '', bypassSecret)) return 'link';
  if (autoEnd && until !== null && now >= Date.parse(until)) return 'public';
  if (await sameSecret(header(BYPASS_HEADER), bypassSecret)) return 'guest';
  if (await hasBypassCookie(header('cookie'), settings, now)) return 'guest';
  if (allowIps.some((range) => ipInRange(header('cf-connecting-ip'), range))) return 'guest';
  const { pathname } = new URL(request.url);
  return [...OPEN_PATHS, ...allowPaths].some((glob) => pathMatches(pathname, glob)) ? 'public' : 'page';
}
