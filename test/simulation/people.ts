/** People who put pages up and take them down while the monitor does the same. */
import type { Pages } from './pages.js';
import { HOUR, MINUTE, type Random } from './world.js';

interface Deed {
  readonly at: number;
  readonly domain: string;
  readonly what: 'enable' | 'disable';
  /** Only this event; null: whatever is up. */
  readonly eventId: string | null;
}

/** How often a person works on a site in a year, behind a page. */
const WORKS_A_YEAR = 4;

export interface PeopleParts {
  readonly random: Random;
  readonly pages: Pages;
  readonly domains: readonly string[];
  readonly lengthMs: number;
  readonly wallClock: () => number;
  /** Told of each page that a person took down. */
  readonly onLifted: (domain: string) => void;
}

export class People {
  readonly #parts: PeopleParts;
  /** The next at the end. */
  readonly #plans: Deed[] = [];
  deeds = 0;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
    const { random, domains, lengthMs } = parts;
    const works = Math.max(2, (WORKS_A_YEAR * domains.length * lengthMs) / (365 * 24 * HOUR));
    for (let count = 0; count < works; count += 1) {
      const domain = domains[Math.floor(random() * domains.length)] as string;
      this.#plan({ at: random() * lengthMs, domain, what: 'enable', eventId: null });
    }
  }

  /** Some look at what the monitor did: they take the event over, or find that the page should go. */
  hearOf(domains: readonly string[], eventId: string, now: number): void {
    const { random } = this.#parts;
    for (const domain of domains) {
      const chance = random();
      const at = now + MINUTE + random() * 40 * MINUTE;
      if (chance < 0.15) this.#plan({ at, domain, what: 'enable', eventId });
      else if (chance < 0.35) this.#plan({ at, domain, what: 'disable', eventId });
    }
  }

  /** Does everything that was planned until now. */
  act(now: number): void {
    for (let deed = this.#plans.at(-1); deed !== undefined && deed.at <= now; deed = this.#plans.at(-1)) {
      this.#plans.pop();
      this.#do(deed, now);
    }
  }

  #do({ domain, what, eventId }: Deed, now: number): void {
    const { pages, random, wallClock, onLifted } = this.#parts;
    const page = pages.of(domain);
    if (eventId !== null && page?.eventId !== eventId) return;
    this.deeds += 1;
    if (what === 'disable') {
      if (page === null) return;
      pages.lift(domain);
      onLifted(domain);
      return;
    }
    if (page?.kind === 'monitor') pages.adopt(domain);
    const ours = pages.of(domain)?.eventId ?? pages.open([domain], 'manual', now, wallClock());
    const end = now + 10 * MINUTE + random() * 4 * HOUR;
    this.#plan({ at: end, domain, what: 'disable', eventId: ours });
  }

  #plan(deed: Deed): void {
    let low = 0;
    let high = this.#plans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#plans[middle] as Deed).at > deed.at) low = middle + 1;
      else high = middle;
    }
    this.#plans.splice(low, 0, deed);
  }
}
