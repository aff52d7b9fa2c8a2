/** When a request may leave: the rate limit of Cloudflare, spent together by every process on this store. */
import { MaintError } from '../../model/errors.js';
import type { CloudflareOptions } from './options.js';
import type { Patience } from './patience.js';
import type { Answer } from './request.js';
import { remaining, retryAfter } from './retry-after.js';

/**
 * Requests in any 300 s. Cloudflare allows 1,200 and blocks everything for five minutes beyond them; what is
 * left free is for the dashboard and other tools of the same user, and the second step for lifting a page.
 * Source: Cloudflare docs, Fundamentals → API → Rate limits.
 */
export const BUDGET = { normal: 900, urgent: 1000 } as const;

/** Requests in any second; Cloudflare allows 200 from one address (same source). */
export const PER_SECOND = 150;

/** With so few requests left by Cloudflare's own count, only urgent ones go on. */
const RESERVE = 25;

/** The backoff of 429 answers that do not say how long, and the longest block that is believed. */
const FIRST_BACKOFF_MS = 2000;
const LONGEST_BACKOFF_MS = 60_000;
const LONGEST_BLOCK_MS = 3_600_000;

type LimiterOptions = Pick<
  CloudflareOptions,
  'budget' | 'priority' | 'maxWaitMs' | 'now' | 'monotonic' | 'onWait'
> & {
  readonly bucket: string;
  readonly patience: Patience;
};

/** One permission to send. `done` must be called with the answer, or with null where none came. */
export interface Turn {
  done(answer: Answer | null): void;
}

export class Limiter {
  readonly #options: LimiterOptions;
  /** When the last `PER_SECOND` requests left, by the monotonic clock. */
  readonly #recent: number[] = [];
  /** Until when this client alone stays still: Cloudflare counts few requests left. Monotonic clock. */
  #heldUntil = 0;
  /** As far as this client knows; the ledger knows of other processes too. Monotonic clock. */
  #blockedUntil = 0;
  #refusals = 0;
  /** After a refusal one request goes ahead and the others wait for what it meets. */
  #scout: Promise<void> | null = null;
  #waiters = 0;
  #waitingSince = 0;
  #waitedMs = 0;

  constructor(options: LimiterOptions) {
    this.#options = options;
  }

  /** Requests that the shared budget has room for now. */
  get left(): number {
    const { budget, bucket, now } = this.#options;
    return Math.max(0, this.#limit - budget.used(bucket, now()));
  }

  get #limit(): number {
    return BUDGET[this.#options.priority ?? 'normal'];
  }

  /**
   * Waits until a request may be sent.
   * @throws MaintError `rate-limited` as soon as it is clear that the run's patience does not suffice.
   */
  async turn(): Promise<Turn> {
    for (;;) {
      if (this.#scout !== null) {
        await this.#waiting(this.#options.patience.until(this.#scout));
        continue;
      }
      const wait = this.#wait();
      if (wait === 0) break;
      await this.#pause(wait);
    }
    return this.#refusals === 0 ? { done: (answer) => this.#learn(answer) } : this.#sendScout();
  }

  /** How long to wait before the next request, and, where that is zero, takes it out of the budget. */
  #wait(): number {
    const { budget, bucket, now, monotonic, priority } = this.#options;
    const moment = monotonic();
    while (this.#recent.length > 0 && moment - (this.#recent[0] ?? 0) >= 1000) this.#recent.shift();
    const held = priority === 'urgent' ? 0 : Math.max(0, this.#heldUntil - moment);
    const burst = this.#recent.length < PER_SECOND ? 0 : 1000 - (moment - (this.#recent[0] ?? 0));
    const wait = Math.max(held, burst) || budget.take(bucket, now(), this.#limit);
    if (wait === 0) this.#recent.push(moment);
    return Math.ceil(wait);
  }

  async #pause(ms: number): Promise<void> {
    const { maxWaitMs, monotonic, onWait, patience } = this.#options;
    const current = this.#waiters > 0 ? monotonic() - this.#waitingSince : 0;
    if (this.#waitedMs + current + ms > maxWaitMs) throw outOfPatience(ms, maxWaitMs);
    if (ms >= 1000) onWait?.('rate-limit', ms);
    await this.#waiting(patience.pause(ms));
  }

  /** Counts the time of waits that overlap once: it is the run that waits, not each of its requests. */
  async #waiting(wait: Promise<void>): Promise<void> {
    const { monotonic } = this.#options;
    if (this.#waiters === 0) this.#waitingSince = monotonic();
    this.#waiters += 1;
    try {
      await wait;
    } finally {
      this.#waiters -= 1;
      if (this.#waiters === 0) this.#waitedMs += monotonic() - this.#waitingSince;
    }
  }

  #sendScout(): Turn {
    let back: () => void = () => {};
    this.#scout = new Promise((resolve) => {
      back = resolve;
    });
    return {
      done: (answer) => {
        this.#learn(answer);
        this.#scout = null;
        back();
      },
    };
  }

  #learn(answer: Answer | null): void {
    if (answer === null) return;
    if (answer.status === 429) this.#block(answer);
    else {
      // An answer to a request from before the block says nothing about it.
      if (this.#options.monotonic() >= this.#blockedUntil) this.#refusals = 0;
      this.#heed(answer);
    }
  }

  #block(answer: Answer): void {
    const { budget, bucket, now, monotonic } = this.#options;
    const moment = monotonic();
    // Several requests under way meet the same block: it counts once.
    if (moment >= this.#blockedUntil) this.#refusals += 1;
    const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.#refusals - 1));
    const wait = retryAfter(answer.headers, now()) ?? backoff;
    this.#blockedUntil = Math.max(this.#blockedUntil, moment + Math.min(wait, LONGEST_BLOCK_MS));
    budget.block(bucket, now() + this.#blockedUntil - moment);
  }

  /** Heeds Cloudflare's own count, which knows of the dashboard and of other machines. */
  #heed(answer: Answer): void {
    const { budget, bucket, now, monotonic } = this.#options;
    const left = remaining(answer.headers);
    if (left === null || left.requests > RESERVE) return;
    this.#heldUntil = Math.max(this.#heldUntil, monotonic() + left.resetMs);
    if (left.requests === 0) budget.block(bucket, now() + left.resetMs);
  }
}

function outOfPatience(wait: number, maxWaitMs: number): MaintError {
  const message =
    `The budget of requests, kept below Cloudflare's rate limit by all runs on this machine together, allows the ` +
    `next one in ${seconds(wait)} at the earliest; this run may wait ${seconds(maxWaitMs)} in all.`;
  return new MaintError('rate-limited', message, {
    hint: 'Run the command again later, or let it wait longer with --max-wait.',
  });
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
