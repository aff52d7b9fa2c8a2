/** Waits for requests that a run which died may have left on their way. */
import type { Engine } from './engine.js';

/** So long a request may be on its way, or its effect missing from lists, after its run has died (milliseconds). */
const LANDING_MS = 3_000;

/**
 * Waits until what an interrupted run sent last for these sites has arrived, or never will, and shows: a look
 * before could miss a change. Returns at once for sites that no run left half-way.
 */
export async function letRequestsLand(
  engine: Engine,
  sites: readonly { readonly domain: string }[],
): Promise<void> {
  const { store } = engine;
  const halfway = store.events
    .openSites(sites.map((site) => site.domain))
    .filter(({ state }) => state !== 'up')
    .map(({ eventId }) => eventId);
  if (halfway.length === 0) return;
  const now = engine.clock().getTime();
  const alive = new Set(store.locks.holders(now).map((holder) => holder.runId));
  const sent = [...new Set(halfway)]
    .flatMap((eventId) => store.operations.ofEvent(eventId))
    .filter(({ runId }) => !alive.has(runId))
    .map(({ startedAt }) => Date.parse(startedAt));
  const left = Math.min(LANDING_MS, Math.max(0, ...sent) + LANDING_MS - now);
  if (left > 0) await engine.sleep(left);
}
