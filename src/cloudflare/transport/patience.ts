/** Waiting that ends at once when the run is stopped. What is under way may still send what finishes it. */
import { setMaxListeners } from 'node:events';
import { MaintError } from '../../model/errors.js';
import type { CloudflareOptions } from './options.js';

export interface Patience {
  /** @throws MaintError `interrupted` when the run is stopped, softly or not, before or meanwhile. */
  pause(ms: number): Promise<void>;
  /** The same for somebody else's work. */
  until(work: Promise<void>): Promise<void>;
  /** @throws MaintError `interrupted` after a hard stop. */
  check(): void;
}

export function createPatience(options: Pick<CloudflareOptions, 'stop' | 'signal' | 'sleep'>): Patience {
  const stopped = eitherOf(options.stop, options.signal);
  const check = () => {
    if (options.signal?.aborted) throw interrupted();
  };
  const until = async (work: Promise<void>): Promise<void> => {
    if (stopped.aborted) throw interrupted();
    let onStop: () => void = () => {};
    const stop = new Promise<never>((_, reject) => {
      onStop = () => reject(interrupted());
      stopped.addEventListener('abort', onStop, { once: true });
    });
    try {
      await Promise.race([work, stop]);
    } catch (error) {
      throw stopped.aborted ? interrupted() : error;
    } finally {
      stopped.removeEventListener('abort', onStop);
    }
    if (stopped.aborted) throw interrupted();
  };
  const pause = async (ms: number): Promise<void> => {
    if (stopped.aborted) throw interrupted();
    await until(options.sleep(ms, stopped));
  };
  return { check, until, pause };
}

function interrupted(): MaintError {
  return new MaintError('interrupted', 'The run was stopped before this was sent to Cloudflare.');
}

/** One signal for both, kept alive by its listeners: those of AbortSignal.any may be collected on Node 20. */
function eitherOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const controller = new AbortController();
  // Every request that waits listens; Node would warn of a leak from the eleventh on.
  setMaxListeners(0, controller.signal);
  for (const signal of signals) {
    if (signal?.aborted) controller.abort();
    signal?.addEventListener('abort', () => controller.abort(), { once: true });
  }
  return controller.signal;
}
