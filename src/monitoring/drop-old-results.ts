import { retentionAt } from './retention.js';
import type { MonitorParts } from './types.js';

const DAY_MS = 86_400_000;

/**
 * Keeps the store small: sums up and drops the oldest day where it is too old. One day at a time, so that a pass
 * is not held up by what gathered while nobody watched. Cheap where nothing is old.
 */
export function dropOldResults({ store, clock }: Pick<MonitorParts, 'store' | 'clock'>): void {
  const { rawBefore, dailyBefore } = retentionAt(clock());
  const oldest = store.targets.oldest();
  if (oldest === null || dayOf(oldest) >= dayOf(rawBefore)) return;
  const nextDay = new Date((dayOf(oldest) + 1) * DAY_MS).toISOString();
  store.targets.prune({ rawBefore: nextDay, dailyBefore });
}

function dayOf(at: string): number {
  return Math.floor(Date.parse(at) / DAY_MS);
}
