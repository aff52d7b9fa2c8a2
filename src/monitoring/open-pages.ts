/** Which pages are up, as recorded, and the way past them. */
import type { EventSite, MaintenanceEvent } from '../model/event.js';
import { matchesHost, parsePattern } from '../model/route-pattern.js';
import type { Store } from '../store/store.js';
import type { Header, OpenPage } from './types.js';

export interface RecordedPage extends OpenPage {
  readonly patterns: readonly string[];
  readonly secret: string;
}

/** The page of each site that is in maintenance. Where a person's event is among several, it is the one that counts. */
export function openPages(store: Store): ReadonlyMap<string, RecordedPage> {
  const events = new Map<string, MaintenanceEvent | null>();
  const pages = new Map<string, RecordedPage>();
  for (const site of store.events.openSites()) {
    if (!events.has(site.eventId)) events.set(site.eventId, store.events.get(site.eventId));
    const event = events.get(site.eventId) ?? null;
    if (event === null) continue;
    const known = pages.get(site.domain);
    if (known === undefined || (known.kind === 'monitor' && event.kind !== 'monitor')) {
      pages.set(site.domain, recordedPage(site, event));
    }
  }
  return pages;
}

function recordedPage({ state, patterns }: EventSite, event: MaintenanceEvent): RecordedPage {
  return {
    eventId: event.id,
    kind: event.kind,
    since: event.since,
    unfinished: state === 'opening' || state === 'closing' ? state : null,
    patterns,
    secret: event.bypassSecret,
  };
}

/** The header that shows the site behind its page; null for a host that the page does not cover. */
export function bypassFor(url: string, page: RecordedPage | null, headerName: string): Header | null {
  if (page === null) return null;
  const { hostname } = new URL(url);
  const isCovered = page.patterns.some((pattern) => matchesHost(parsePattern(pattern), hostname));
  return isCovered ? { name: headerName, value: page.secret } : null;
}
