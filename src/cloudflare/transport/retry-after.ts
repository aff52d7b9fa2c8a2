/** What Cloudflare says about its rate limit in the headers of an answer. */

type Headers = Readonly<Record<string, string>>;

/**
 * The wait that a `retry-after` header asks for, in milliseconds, at least one second; null where it is absent
 * or makes no sense. A date is measured from the `date` of the same answer, so that a wrong clock on either
 * side does not matter, and from `now` where there is none.
 */
export function retryAfter(headers: Headers, now: number): number | null {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,12}$/.test(value)) return Math.max(1000, Number(value) * 1000);
  if (!/^[A-Za-z]{3,9},? /.test(value)) return null;
  const until = Date.parse(value);
  if (Number.isNaN(until)) return null;
  const sent = Date.parse(headers.date ?? '');
  return Math.max(1000, until - (Number.isNaN(sent) ? now : sent));
}

export interface Remaining {
  readonly requests: number;
  readonly resetMs: number;
}

/**
 * The scarcest limit of a `Ratelimit: "default";r=50;t=30` header, or null. `t` is capped by the five minutes
 * that Cloudflare's limits last (Cloudflare docs, Fundamentals → API → Rate limits; changelog 2025-09-03).
 */
export function remaining(headers: Headers): Remaining | null {
  const found = [...(headers.ratelimit ?? '').matchAll(/;\s*r=(\d{1,9})\s*;\s*t=(\d{1,9})/g)].map(
    (match) => ({
      requests: Number(match[1]),
      resetMs: Math.min(Number(match[2]), 300) * 1000,
    }),
  );
  return found.reduce<Remaining | null>(
    (least, next) => (least === null || next.requests < least.requests ? next : least),
    null,
  );
}
