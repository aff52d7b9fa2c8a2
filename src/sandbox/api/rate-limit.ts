/**
 * Cloudflare's client API limit: 1,200 requests in five minutes per user, or per account token; one request more
 * blocks everything for the next five minutes. Every answer tells what is left (changelog 2025-09-03).
 */
import type { SandboxToken } from '../state.js';
import { ApiRefusal } from './envelope.js';

const WINDOW_MS = 300_000;

interface Bucket {
  startedAt: number;
  used: number;
  blockedUntil: number;
}

export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;
  #limit: number;
  /** What a bucket that is opened later has used from the start. */
  #usedAtFirst = 0;

  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Changes the limit, and how much of it every bucket has already used; lifts all blocks. */
  set(change: { limit?: number; used?: number }): void {
    this.#limit = change.limit ?? this.#limit;
    this.#usedAtFirst = change.used ?? this.#usedAtFirst;
    for (const bucket of this.#buckets.values()) {
      bucket.blockedUntil = 0;
      bucket.startedAt = this.#now();
      bucket.used = change.used ?? bucket.used;
    }
  }

  /**
   * Counts one request. All tokens of the one sandbox user share a bucket, an account token has its own.
   * @returns the headers for the answer
   * @throws ApiRefusal 429 code 971 over the limit, with `retry-after` in whole seconds, rounded up
   */
  take(token: SandboxToken | null): Record<string, string> {
    const bucket = this.#bucket(token);
    const now = this.#now();
    if (now >= bucket.startedAt + WINDOW_MS && now >= bucket.blockedUntil) {
      bucket.startedAt = now;
      bucket.used = 0;
    }
    bucket.used += 1;
    if (bucket.used > this.#limit && now >= bucket.blockedUntil) bucket.blockedUntil = now + WINDOW_MS;
    if (now < bucket.blockedUntil) throw this.#blocked(bucket.blockedUntil - now);
    return this.#headers(this.#limit - bucket.used, bucket.startedAt + WINDOW_MS - now);
  }

  #bucket(token: SandboxToken | null): Bucket {
    const key = token === null ? 'nobody' : token.kind === 'user' ? 'the user' : token.id;
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = { startedAt: this.#now(), used: this.#usedAtFirst, blockedUntil: 0 };
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  #blocked(leftMs: number): ApiRefusal {
    const message = 'Please wait and consider throttling your request speed';
    const headers = { ...this.#headers(0, leftMs), 'retry-after': String(Math.ceil(leftMs / 1000)) };
    return new ApiRefusal(429, [{ code: 971, message }], headers);
  }

  #headers(remaining: number, resetMs: number): Record<string, string> {
    return {
      ratelimit: `"default";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
      'ratelimit-policy': `"burst";q=${this.#limit};w=${WINDOW_MS / 1000}`,
    };
  }
}
