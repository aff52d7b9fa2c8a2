/** What a plan will cost: pure. */
import type { Change, DisablePlan, EnablePlan } from '../model/plan.js';
import { failsOpen } from '../model/route.js';
import type { Estimate } from './types.js';

/** Requests in five minutes that a run may spend (Cloudflare's limit is 1,200; the rest is reserve). */
const WINDOW_REQUESTS = 900;
const WINDOW_MS = 300_000;
/** A usual answer of the API, from a desk in Europe or North America. */
const ANSWER_MS = 300;

/** From this many routes of one script on, the one call that sets them all is tried. */
export const BULK_FROM = 5;

/** Whether the one call can make a change: it names a pattern and a zone, so every other field gets its default. */
export function fitsBulk({ action, after }: Change): boolean {
  return action === 'create-route' && !failsOpen(after);
}

/** The calls and the time of an enable plan, the looks already made not counted. */
export function estimateEnable(plan: EnablePlan, concurrency: number, budgetLeft: number): Estimate {
  const changes = plan.sites.flatMap((site) => site.changes);
  const perScript = plan.scripts.map(({ script, accountId }) => {
    const own = changes.filter((change) => change.script === script && change.accountId === accountId);
    const bulk = own.filter(fitsBulk).length;
    return 3 + (own.length - bulk) + (bulk >= BULK_FROM ? 1 : bulk);
  });
  return estimateOf(sum(perScript), concurrency, budgetLeft);
}

/**
 * The calls and the time of a disable plan: restores one by one, removals in one call where there are many; in each
 * account a look at what came of them and one for what may still point at the script, then its end.
 */
export function estimateDisable(plan: DisablePlan, concurrency: number, budgetLeft: number): Estimate {
  const changes = plan.sites.flatMap((site) => site.changes);
  const scripts = new Set(changes.map((change) => `${change.accountId} ${change.script}`));
  const perScript = [...scripts].map((script) => {
    const own = changes.filter((change) => `${change.accountId} ${change.script}` === script);
    const deleted = own.filter((change) => change.action === 'delete-route').length;
    return 1 + (own.length - deleted) + (deleted >= BULK_FROM ? 1 : deleted);
  });
  const looks = 2 * new Set(changes.map((change) => change.accountId)).size;
  return estimateOf(sum(perScript) + looks, concurrency, budgetLeft);
}

function estimateOf(requests: number, concurrency: number, budgetLeft: number): Estimate {
  const over = Math.max(0, requests - budgetLeft);
  const waits = Math.ceil(over / WINDOW_REQUESTS) * WINDOW_MS;
  return { requests, durationMs: Math.ceil(requests / concurrency) * ANSWER_MS + waits, budgetLeft };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
