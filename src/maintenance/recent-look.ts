/** Looks once more at a site whose turn comes long after it was looked at, so that nobody's work is overwritten. */
import { MaintError } from '../model/errors.js';
import type { Change, SitePlan } from '../model/plan.js';
import { samePattern } from './coverage.js';
import type { Engine } from './engine.js';

/** Within so many milliseconds a look counts as recent. A large run is paced by the rate limit for minutes. */
const RECENT_MS = 5_000;

/**
 * Returns a check of single changes that throws `conflict` where the route to be changed is no longer what was
 * seen. Costs one call, and only where the look is old and a route that exists is to be changed; a route that is
 * to be created needs none, for Cloudflare refuses a second one of its pattern.
 */
export async function lookIfOld(
  engine: Engine,
  lookedAt: number,
  plan: SitePlan,
  changes: readonly Change[],
): Promise<(change: Change) => void> {
  const recent = engine.monotonic() - lookedAt < RECENT_MS;
  if (recent || changes.every((change) => change.before === null)) return () => {};
  const routes = await engine.cloudflare(plan.accountId, plan.zoneId).routes.list(plan.zoneId);
  return ({ routeId, before, after, pattern }) => {
    if (before === null) return;
    const found = routes.find((route) => route.id === routeId);
    // What is to be deleted may be gone already.
    if (found === undefined && after === null) return;
    if (found?.script === before.script && samePattern(found.pattern, before.pattern)) return;
    throw new MaintError('conflict', `Somebody else changed ${pattern} since it was looked at.`, {
      hint: 'Run the command again: it looks at the routes anew.',
    });
  };
}
