/** The monitor: single passes for cron, and a loop that spreads them. */
import { dropOldResults } from './drop-old-results.js';
import { loop } from './loop.js';
import { emptyPass, runPass } from './pass.js';
import { isPassLock, type PassLock, takePassLock } from './pass-lock.js';
import { isDue } from './schedule.js';
import type { Monitor, MonitorParts } from './types.js';

/**
 * Joins the parts to a monitor.
 *
 * @example
 * const monitor = createMonitor(parts);
 * const { checks, actions } = await monitor.pass({ now: true });
 */
export function createMonitor(parts: MonitorParts): Monitor {
  return {
    async pass(options = {}) {
      const ids = dueIds(parts, options.now ?? false);
      const check = (lock: PassLock | null) => runPass(parts, parts.store.targets.list({ ids }), lock);
      if (parts.dryRun === true) return check(null);
      const lock = takePassLock(parts);
      if (!isPassLock(lock)) return { ...emptyPass(parts.clock().toISOString()), alreadyRunning: lock };
      try {
        const pass = await check(lock);
        dropOldResults(parts);
        return pass;
      } finally {
        lock.release();
      }
    },
    loop: (options) => loop(parts, options),
  };
}

function dueIds({ store, domains, clock }: MonitorParts, everyone: boolean): number[] {
  const now = clock().getTime();
  const isDueNow = (intervalMs: number, checkedAt: string | null) =>
    everyone || isDue(intervalMs, checkedAt === null ? null : now - Date.parse(checkedAt));
  const chosen = domains === undefined ? null : new Set(domains);
  return store.targets
    .timings()
    .filter(({ domain }) => chosen?.has(domain) ?? true)
    .filter(({ intervalMs, checkedAt }) => isDueNow(intervalMs, checkedAt))
    .map(({ id }) => id);
}
