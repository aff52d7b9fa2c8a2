/** The budget of a program that has no store: it knows only of its own requests. */
import type { BudgetLedger } from '../model/budget.js';

/** Cloudflare counts over five minutes. */
const WINDOW_MS = 300_000;

/** A ledger in memory, exact to the request. */
export function createMemoryBudget(): BudgetLedger {
  const spent = new Map<string, number[]>();
  const blocked = new Map<string, number>();
  const recent = (bucket: string, now: number): number[] => {
    const times = (spent.get(bucket) ?? []).filter((time) => time > now - WINDOW_MS && time <= now);
    spent.set(bucket, times);
    return times;
  };
  return {
    take(bucket, now, limit) {
      const until = blocked.get(bucket) ?? 0;
      if (until > now) return until - now;
      const times = recent(bucket, now);
      if (times.length >= limit) return (times[times.length - limit] ?? now) + WINDOW_MS - now;
      times.push(now);
      return 0;
    },
    block(bucket, until) {
      blocked.set(bucket, Math.max(until, blocked.get(bucket) ?? 0));
    },
    used: (bucket, now) => recent(bucket, now).length,
  };
}
