import type { EventKind, ExistingRoutes, OnLimit } from './vocabulary.js';

/** What a visitor is told; the part of an event that an edit may change while the page is up. */
export interface PageContent {
  readonly title: string | null;
  readonly message: string | null;
  readonly contact: string | null;
  readonly statusUrl: string | null;
  readonly allowIps: readonly string[];
  readonly allowPaths: readonly string[];
  /** A page of one's own, as HTML, instead of the built-in one. */
  readonly customPage: string | null;
}

/** One maintenance episode. Times are RFC 3339 UTC. */
export interface MaintenanceEvent extends PageContent {
  readonly id: string;
  readonly kind: EventKind;
  readonly reason: string | null;
  readonly actor: string;
  /** The machine it was started from. */
  readonly host: string;
  readonly since: string;
  readonly until: string | null;
  /** Whether the Worker lets traffic through by itself after `until`. */
  readonly autoEnd: boolean;
  /** What was chosen for routes of others; `resume` and a repeated `enable` keep to it. */
  readonly existingRoutes: ExistingRoutes;
  /** What was chosen for routes past the request limit, kept to likewise; null for nothing. */
  readonly onLimit: OnLimit | null;
  readonly bypassSecret: string;
  readonly endedAt: string | null;
}

/** A site's part in an event. `opening` and `closing` are runs that have not finished. */
export type EventSiteState = 'opening' | 'up' | 'closing' | 'lifted' | 'failed';

/** The site as it was when the event took it in, so that lifting does not depend on later edits. */
export interface EventSite {
  readonly eventId: string;
  readonly domain: string;
  readonly zoneId: string;
  readonly zoneName: string;
  readonly accountId: string;
  /** The covering patterns of then. */
  readonly patterns: readonly string[];
  readonly state: EventSiteState;
}

/** What one event put into one account. An event has several in one account past 1,000 zones. */
export interface Deployment {
  readonly id: string;
  readonly eventId: string;
  readonly accountId: string;
  /** The script's name, `maint-<event id>`, with a number behind it where an event needs several. */
  readonly script: string;
  readonly workerHash: string;
  readonly createdAt: string;
  readonly removedAt: string | null;
}

/** Ids leave out what people confuse (l, o, 0, 1), so a script that somebody named like ours seldom is taken for it. */
const SCRIPT = /^maint-(\d{8}-[a-kmnp-z2-9]{8})(?:-(\d+))?$/;

/** An event id: the day, for people, and 40 random bits, for uniqueness. `random` gives 8 bytes or more. */
export function eventId(now: Date, random: Uint8Array): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  const letters = Array.from(random.slice(0, 8), (byte) => alphabet[byte % 32]).join('');
  return `${day}-${letters}`;
}

/** The name of an event's script; `part` counts from 1. Within Cloudflare's `^[a-z][a-z0-9-]{0,62}$`. */
export function scriptName(event: string, part = 1): string {
  return part === 1 ? `maint-${event}` : `maint-${event}-${part}`;
}

/** The event that a script belongs to, or null where the script is not one of ours. */
export function eventOfScript(script: string | null): string | null {
  return script === null ? null : (SCRIPT.exec(script)?.[1] ?? null);
}
