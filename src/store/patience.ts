import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './sqlite-errors.js';

const LONGEST_STEP_MS = 250;

/** How long opening waits for another process, in milliseconds. */
export const PATIENCE_MS = 10_000;

/**
 * Runs `work` again while another process keeps the file locked. SQLite's own wait would hold up the event
 * loop, and with it Ctrl-C and the progress line; this one sleeps between short tries.
 *
 * @param onWait told of each wait, in milliseconds
 * @throws the last SQLITE_BUSY once `patience` milliseconds were slept; any other error at once
 */
export async function patiently<T>(
  work: () => T,
  onWait: (ms: number) => void = () => {},
  patience = PATIENCE_MS,
): Promise<T> {
  for (let slept = 0, step = 10; ; step = Math.min(step * 2, LONGEST_STEP_MS)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || slept >= patience) throw error;
    }
    onWait(step);
    await sleep(step);
    slept += step;
  }
}
