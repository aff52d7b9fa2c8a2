/** What the monitor would have done under other thresholds: its own decisions over stored results. Pure. */
import {
  type CheckResult,
  type Target,
  type TargetPolicy,
  type TargetState,
  UNCHECKED,
} from '../model/target.js';
import { decide } from './decide.js';
import type { OpenPage } from './types.js';

export interface Simulation {
  /** Results that were replayed. */
  readonly checks: number;
  readonly changes: readonly { readonly at: string; readonly from: TargetState; readonly to: TargetState }[];
  readonly actions: readonly {
    readonly at: string;
    readonly action: 'enable' | 'disable';
    readonly reason: string;
  }[];
  /** How long the page would have been up, in milliseconds; up to the last result where it still is. */
  readonly pageMs: number;
  /** How long the results show failures, counted from a failed check to the next that was well. */
  readonly failingMs: number;
}

/**
 * Replays results, oldest first, from a clean standing. Every action succeeds at once, nobody but the monitor
 * touches the page, and the other sites are well: it shows what thresholds do and nothing else.
 */
export function simulate(
  target: Target,
  results: readonly CheckResult[],
  changes: Partial<TargetPolicy>,
): Simulation {
  const policy = { ...target, autoEnable: true, autoDisable: true, ...changes };
  const seen: { changes: Simulation['changes'][number][]; actions: Simulation['actions'][number][] } = {
    changes: [],
    actions: [],
  };
  let standing = UNCHECKED;
  let page: OpenPage | null = null;
  let pageMs = 0;
  for (const result of results) {
    const decision = decide({ ...policy, standing }, result, page, result.at);
    if (decision.standing.state !== standing.state) {
      seen.changes.push({ at: result.at, from: standing.state, to: decision.standing.state });
    }
    standing = decision.standing;
    if (decision.wish === null) continue;
    seen.actions.push({ at: result.at, action: decision.wish, reason: decision.reasons.join(' ') });
    if (decision.wish === 'enable') {
      page = { eventId: 'simulated', kind: 'monitor', since: result.at };
      standing = { ...standing, covered: true };
    } else {
      pageMs += between(page?.since, result.at);
      page = null;
    }
  }
  if (page !== null) pageMs += between(page.since, results.at(-1)?.at);
  return { checks: results.length, ...seen, pageMs, failingMs: failingTime(results) };
}

function failingTime(results: readonly CheckResult[]): number {
  let total = 0;
  let since: string | null = null;
  for (const { verdict, at } of results) {
    if (verdict === 'failure') since ??= at;
    if (verdict !== 'success' || since === null) continue;
    total += between(since, at);
    since = null;
  }
  return since === null ? total : total + between(since, results.at(-1)?.at);
}

function between(from: string | undefined, to: string | undefined): number {
  return from === undefined || to === undefined ? 0 : Math.max(0, Date.parse(to) - Date.parse(from));
}
