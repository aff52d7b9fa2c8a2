/** A target that goes up and down all the time is left alone for a while: pages that blink help nobody. */
import type { Standing } from '../model/target.js';

/** More changes between up and down than this within an hour are flapping. */
export const MAX_FLIPS = 6;
const WINDOW_MS = 3_600_000;
const FREEZE_MS = 1_800_000;

/** Notes a change between up and down, and freezes the target where it was one too many. */
export function withFlip(before: Standing, now: string): Pick<Standing, 'flips' | 'frozenUntil'> {
  const at = Date.parse(now);
  // Moments in the future come from a clock that was set back since.
  const recent = before.flips.filter((flip) => isWithin(at - Date.parse(flip), WINDOW_MS));
  const flips = [...recent, now];
  const frozen = flips.length > MAX_FLIPS || isFrozen(before, now);
  return { flips, frozenUntil: frozen ? new Date(at + FREEZE_MS).toISOString() : null };
}

/** Whether a target is left alone now. */
export function isFrozen({ frozenUntil }: Standing, now: string): boolean {
  if (frozenUntil === null) return false;
  const left = Date.parse(frozenUntil) - Date.parse(now);
  return left > 0 && left <= FREEZE_MS;
}

function isWithin(ms: number, limit: number): boolean {
  return ms >= 0 && ms <= limit;
}
