/** Which page is really up, whose it is, and the people and the machinery that put it there. */
import type { RunReport } from '../../src/maintenance/types.js';
import type { EventKind } from '../../src/model/vocabulary.js';
import type { Store } from '../../src/store/store.js';

export interface Page {
  readonly eventId: string;
  readonly kind: EventKind;
  /** In simulated time, which never jumps. */
  readonly since: number;
  /** Set where the process died in the middle of it. */
  readonly halfDone: 'opening' | 'closing' | null;
}

/** Whether visitors see it. */
export function isVisible(page: Page | null): page is Page {
  return page !== null && page.halfDone !== 'opening';
}

/** Keeps the truth and the store's record of it in step, as the engine does. */
export class Pages {
  readonly #up = new Map<string, Page>();
  readonly #store: Store;
  #events = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  of(domain: string): Page | null {
    return this.#up.get(domain) ?? null;
  }

  get size(): number {
    return this.#up.size;
  }

  /** One event for all. `wallClock` is what the machine believes. */
  open(domains: readonly string[], kind: EventKind, now: number, wallClock: number): string {
    this.#events += 1;
    const eventId = `event-${this.#events}`;
    const record = { id: eventId, kind, bypassSecret: secretOf(eventId) };
    this.#store.events.insert(
      { ...PLAIN_EVENT, ...record, since: new Date(wallClock).toISOString() },
      domains.map((domain) => ({
        eventId,
        domain,
        zoneId: domain,
        zoneName: domain,
        accountId: 'account',
        patterns: [`${domain}/*`],
        state: 'up',
      })),
    );
    for (const domain of domains) this.#up.set(domain, { eventId, kind, since: now, halfDone: null });
    return eventId;
  }

  /** A run that dies leaves a page that is not up yet, or still up. */
  leaveHalfDone(domain: string, state: 'opening' | 'closing'): void {
    const page = this.#page(domain);
    this.#store.events.setSiteState(page.eventId, [domain], state, '');
    this.#up.set(domain, { ...page, halfDone: state });
  }

  finish(domain: string): string {
    const page = this.#page(domain);
    this.#store.events.setSiteState(page.eventId, [domain], 'up', '');
    this.#up.set(domain, { ...page, halfDone: null });
    return page.eventId;
  }

  /** A person's `enable` where the monitor has a page up: the whole event is theirs from now on. */
  adopt(domain: string): void {
    const { eventId } = this.#page(domain);
    this.#store.events.update(eventId, { kind: 'manual' });
    for (const [other, page] of this.#up) {
      if (page.eventId === eventId) this.#up.set(other, { ...page, kind: 'manual' });
    }
  }

  lift(domain: string): string {
    const { eventId } = this.#page(domain);
    this.#store.events.setSiteState(eventId, [domain], 'lifted', '');
    this.#store.events.endIfDone(eventId, '');
    this.#up.delete(domain);
    return eventId;
  }

  #page(domain: string): Page {
    const page = this.of(domain);
    if (page === null) throw new Error(`${domain} has no page`);
    return page;
  }
}

export const secretOf = (eventId: string) => `secret of ${eventId}`;

const PLAIN_EVENT = {
  reason: null,
  actor: 'monitor',
  host: 'simulated',
  until: null,
  autoEnd: false,
  endedAt: null,
  title: null,
  message: null,
  contact: null,
  statusUrl: null,
  allowIps: [],
  allowPaths: [],
  customPage: null,
  existingRoutes: 'take-over',
  onLimit: null,
} as const;

/** As much of a report as the monitor reads. */
export function reportOf(
  sites: readonly Pick<RunReport['sites'][number], 'domain' | 'outcome' | 'eventId'>[],
) {
  const whole = sites.map((site) => ({ error: null, note: null, ...site }));
  return { sites: whole } as unknown as RunReport;
}
