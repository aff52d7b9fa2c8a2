/** When targets are due: spread over their interval, always in the same order, never drifting. Pure. */

/** Where in its interval a target is checked: 0 to 1, from its id alone, so that it survives a restart. */
export function phaseOf(id: number): number {
  // Multiples of the golden ratio: neighbours lie far apart, and any run of ids fills the interval evenly.
  return (id * 0.618_033_988_749_895) % 1;
}

/**
 * The first slot of a target that is at least half an interval after `after`. Slots lie an interval apart,
 * whatever a check took, so that nothing drifts. Milliseconds of one monotonic clock; `origin` is its beginning.
 */
export function nextSlot(id: number, intervalMs: number, origin: number, after: number): number {
  const first = origin + phaseOf(id) * intervalMs;
  const passed = Math.ceil((after + intervalMs / 2 - first) / intervalMs);
  return first + Math.max(0, passed) * intervalMs;
}

/** What is overdue when a loop starts is caught up with within this time, not all at once. */
const CATCH_UP_MS = 5_000;

/**
 * When a target is due first, in milliseconds from the start of a loop: when its interval is over, or, where
 * that has passed or it was never checked, soon.
 *
 * @param sinceLast milliseconds since its last check, by the wall clock; null where there is none
 */
export function firstDue(id: number, intervalMs: number, sinceLast: number | null): number {
  const left = sinceLast === null || sinceLast < 0 ? 0 : intervalMs - sinceLast;
  return left > 0 ? left : phaseOf(id) * Math.min(CATCH_UP_MS, intervalMs);
}

/**
 * Whether a target is due for a program that cron starts now and then. A tenth of the interval early is on
 * time: a start that comes a little sooner than the last must not skip a turn.
 *
 * @param sinceLast milliseconds since its last check, by the wall clock; null where there is none
 */
export function isDue(intervalMs: number, sinceLast: number | null): boolean {
  // A last check in the future: the clock was set back.
  return sinceLast === null || sinceLast < 0 || sinceLast >= intervalMs * 0.9;
}
