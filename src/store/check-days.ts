/** Results of checks → one line a day. */
import type { CheckResult, DailySummary } from '../model/target.js';

export const DAY_MS = 86_400_000;

/** A day as it is kept; `DailySummary` says the same to people. */
export interface DayRow {
  readonly targetId: number;
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly checks: number;
  readonly failures: number;
  readonly excused: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Which day a moment is in, counted from 1970. */
export function dayOf(at: string): number {
  return Math.floor(Date.parse(at) / DAY_MS);
}

/** Sums up the results of one day of a target. Response times are those of checks that were well. */
export function summarizeDay(targetId: number, day: number, results: readonly DayResult[]): DayRow {
  let failures = 0;
  let excused = 0;
  const times: number[] = [];
  for (const { verdict, totalMs } of results) {
    if (verdict === 'success') times.push(totalMs);
    else if (verdict === 'failure') failures += 1;
    else excused += 1;
  }
  times.sort((a, b) => a - b);
  return {
    targetId,
    day,
    checks: results.length,
    failures,
    excused,
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
  };
}

type DayResult = Pick<CheckResult, 'verdict' | 'totalMs'>;

/** The nearest rank: the smallest time that at least this share of the checks did not exceed. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

export function toSummary({ day, ...row }: DayRow): DailySummary {
  const counted = row.checks - row.excused;
  return {
    ...row,
    day: new Date(day * DAY_MS).toISOString().slice(0, 10),
    uptime: counted === 0 ? null : (counted - row.failures) / counted,
  };
}
