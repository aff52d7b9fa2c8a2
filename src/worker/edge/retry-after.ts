/**
 * Seconds for `Retry-After`: till the expected end, else between 5 and 15 minutes. Both with jitter, never early,
 * so that not all clients come back in the same second.
 * @param now milliseconds since 1970
 * @param random 0 to 1
 */
export function retryAfter(until: string | null, now: number, random: number): number {
  const left = until === null ? 0 : Math.ceil((Date.parse(until) - now) / 1000);
  return left > 0 ? left + Math.round(random * Math.min(60, left / 10)) : Math.round(300 + random * 600);
}
