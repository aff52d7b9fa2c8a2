import { setMaxListeners } from 'node:events';

/**
 * One signal that fires when the first of several does; those left out never fire. It stays alive by its
 * listeners: what `AbortSignal.any` makes may be collected before an `AbortSignal.timeout` in it has fired, and
 * then never fires (seen on Node 20).
 */
export function anySignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const controller = new AbortController();
  // Every request that waits listens; Node would warn of a leak from the eleventh on.
  setMaxListeners(0, controller.signal);
  for (const signal of signals) {
    if (signal?.aborted) controller.abort(signal.reason);
    // Once it has fired nothing listens any more: some of the signals live as long as the program.
    signal?.addEventListener('abort', () => controller.abort(signal.reason), { signal: controller.signal });
  }
  return controller.signal;
}
