import { retentionAt } from './retention.js';
import type { MonitorParts } from './types.js';

/** Keeps the store small; cheap where nothing is old, for the oldest result is asked for first. */
export function dropOldResults({ store, clock }: Pick<MonitorParts, 'store' | 'clock'>): void {
  const limits = retentionAt(clock());
  const oldest = store.targets.oldest();
  if (oldest !== null && oldest.slice(0, 10) < limits.rawBefore.slice(0, 10)) store.targets.prune(limits);
}
