/** What a result makes of a target, and what should follow from it. Pure: the same input, the same answer. */
import type { CheckResult, Standing, Target, TargetState } from '../model/target.js';
import { isFrozen, withFlip } from './flapping.js';
import type { OpenPage } from './types.js';

export interface Decision {
  readonly standing: Standing;
  /** What should be done about the site's page. */
  readonly wish: 'enable' | 'disable' | null;
  /** Why, or why not, in sentences. */
  readonly reasons: readonly string[];
}

/**
 * Takes one result into account.
 *
 * @param page the page that is up on the site, or null
 * @param now RFC 3339
 * @param checkedBehind whether a page was up while the site was checked: it may be gone by now
 */
export function decide(
  target: Target,
  result: CheckResult,
  page: OpenPage | null,
  now: string,
  checkedBehind = false,
): Decision {
  const standing = nextStanding(target, result, page !== null || checkedBehind, now);
  if (result.verdict === 'excused') {
    return { standing, wish: null, reasons: ['The last check proves nothing, so nothing follows from it.'] };
  }
  const wished = wishOf({ ...target, standing }, page, now);
  // What the monitor lifts itself, nobody else took down.
  return { standing: wished.wish === 'disable' ? { ...standing, covered: false } : standing, ...wished };
}

function nextStanding(target: Target, result: CheckResult, behindPage: boolean, now: string): Standing {
  const before = target.standing;
  if (result.verdict === 'excused') return { ...before, checkedAt: result.at };
  const well = result.verdict === 'success';
  const failures = well ? 0 : before.failures + 1;
  const successes = well ? before.successes + 1 : 0;
  const state = nextState(target, { well, failures, successes });
  const moved = {
    ...before,
    state,
    failures,
    successes,
    checkedAt: result.at,
    changedAt: state === before.state ? before.changedAt : now,
    // An end from before the clock was set back must not bind when the clock comes there again.
    frozenUntil: isFrozen(before, now) ? before.frozenUntil : null,
    // From the first failure on: whoever takes a page down then knows that the site is failing.
    covered: state !== 'up' && (before.covered || behindPage),
  };
  const turned = turnedDown(before.state, state) || turnedUp(before.state, state);
  return turned ? { ...moved, ...withFlip(before, now) } : moved;
}

/** Whether a target has gone down with this step; one that fails again while it recovers was down all along. */
export function turnedDown(before: TargetState, after: TargetState): boolean {
  return after === 'down' && before !== 'down' && before !== 'recovering';
}

/** Whether a target has come up again with this step. */
export function turnedUp(before: TargetState, after: TargetState): boolean {
  return after === 'up' && (before === 'down' || before === 'recovering');
}

interface Streak {
  readonly well: boolean;
  readonly failures: number;
  readonly successes: number;
}

function nextState({ standing, ...policy }: Target, { well, failures, successes }: Streak): TargetState {
  const wasDown = standing.state === 'down' || standing.state === 'recovering';
  if (well) return !wasDown || successes >= policy.recoveryThreshold ? 'up' : 'recovering';
  return wasDown || failures >= policy.failureThreshold ? 'down' : 'suspect';
}

/**
 * What should be done about the page of a target that stands as it does. Asked anew with each result, so that
 * what an earlier pass was kept from doing, or left half done, is wished again.
 */
export function wishOf(target: Target, page: OpenPage | null, now: string): Omit<Decision, 'standing'> {
  const { state } = target.standing;
  if (isFrozen(target.standing, now)) {
    const until = target.standing.frozenUntil;
    return no(`It changed between up and down so often that it is left alone until ${until}.`);
  }
  if (state === 'down' || state === 'recovering') return wishWhileDown(target, page);
  if (page === null) return no(state === 'unknown' ? 'It was not checked yet.' : notDownYet(target));
  return wishWhileUp(target, page, now);
}

function wishWhileDown(target: Target, page: OpenPage | null): Omit<Decision, 'standing'> {
  const { standing } = target;
  if (page?.kind === 'monitor' && page.unfinished) {
    return yes('enable', 'A run that was putting the page up, or lifting it, did not finish.');
  }
  if (page !== null) return no(`Event ${page.eventId} has put its page up already.`);
  if (standing.covered) {
    return no('Somebody took its page down while it was failing: that stands until it was up again.');
  }
  if (standing.state === 'recovering') return no('It is recovering.');
  if (!target.autoEnable) return no('It is down, but --auto-enable is not set.');
  return yes('enable', `It failed ${times(standing.failures)} in a row.`);
}

function wishWhileUp(target: Target, page: OpenPage, now: string): Omit<Decision, 'standing'> {
  const { standing, recoveryThreshold } = target;
  if (page.kind !== 'monitor') return no(`Event ${page.eventId} is a person's: only a person lifts it.`);
  if (page.unfinished === 'closing') return yes('disable', 'A run that was lifting the page did not finish.');
  if (!target.autoDisable) return no('It is well again, but --auto-disable is not set.');
  if (standing.successes < recoveryThreshold) {
    return no(`It was well ${times(standing.successes)} in a row; it takes ${recoveryThreshold}.`);
  }
  const left = target.minHoldMs - heldFor(page.since, now);
  if (left > 0) return no(`Its page stays up for at least another ${Math.ceil(left / 1_000)} s.`);
  return yes('disable', `It was well ${times(standing.successes)} in a row.`);
}

/** Milliseconds; a clock that was set back must not keep a page up. */
function heldFor(since: string, now: string): number {
  const held = Date.parse(now) - Date.parse(since);
  return held < 0 ? Number.POSITIVE_INFINITY : held;
}

function notDownYet({ standing, failureThreshold }: Target): string {
  return standing.state === 'up'
    ? 'It is well.'
    : `It failed ${times(standing.failures)} in a row; it takes ${failureThreshold}.`;
}

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
const yes = (wish: 'enable' | 'disable', reason: string) => ({ wish, reasons: [reason] });
const no = (reason: string) => ({ wish: null, reasons: [reason] });
