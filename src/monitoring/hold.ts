/**
 * The fleet brake: where many sites fail at once, what they share is more likely at fault than each of them, and
 * a page on all of them is for a person to decide.
 */

/** A site as the brake sees it. */
export interface BrakeSite {
  readonly domain: string;
  /** It turned down in this pass, or waits for its page. */
  readonly turnsDown: boolean;
  /** Its last check failed; it may turn down with one of its next. */
  readonly isFailing: boolean;
}

/** Fewer sites than this may always be acted on. */
export const BRAKE_FROM = 3;

/**
 * Tells why nothing is to be enabled, or null. A loop checks a fleet in many small passes, each of a few sites, so
 * what other passes saw lately counts as well: three of five sites are no storm where hundreds are well. Of those
 * others, a site that is about to turn down counts too, or the first half of a storm would be acted on before the
 * share is seen.
 *
 * @param checked sites of this pass
 * @param lately other sites whose last check is recent
 * @param maxShare percent
 */
export function fleetBrake(
  checked: readonly BrakeSite[],
  lately: readonly BrakeSite[],
  maxShare: number,
): string | null {
  const turning = checked.filter((site) => site.turnsDown).length;
  const near = lately.filter((site) => site.turnsDown || site.isFailing).length;
  return exceeded(turning + near, checked.length + lately.length, maxShare);
}

function exceeded(turning: number, all: number, maxShare: number): string | null {
  if (turning < BRAKE_FROM || turning * 100 <= maxShare * all) return null;
  return (
    `${turning} of ${all} sites fail at once, more than ${maxShare} percent: ` +
    'nothing is enabled before a person has looked.'
  );
}
