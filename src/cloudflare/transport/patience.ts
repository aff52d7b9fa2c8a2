/** Waiting that ends at once when the run is stopped. What is under way may still send what finishes it. */
import { anySignal } from '../../model/any-signal.js';
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
  const stopped = anySignal(options.stop, options.signal);
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
