/** The one retry layer: what may be sent again, how often, and after how long. */
import pRetry from 'p-retry';
import { CloudflareError, isGone, unknownOutcome } from './errors.js';

/** Attempts in all; answers of the rate limit are not counted. */
export const ATTEMPTS = 4;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

export interface RetryTask<T> {
  readonly attempt: () => Promise<T>;
  /** Whether sending it twice is as good as once. */
  readonly repeatable: boolean;
  /**
   * Looks whether a change whose answer was lost was made; undefined where it was not. Makes a task that is
   * not repeatable safe to send again.
   */
  readonly readBack?: (() => Promise<T | undefined>) | undefined;
}

export interface RetryClock {
  readonly random: () => number;
  /** Throws `interrupted` when the run is stopped. */
  readonly pause: (ms: number) => Promise<void>;
  readonly onWait?: ((reason: 'retry', ms: number) => void) | undefined;
}

/**
 * Carries a task out, again where that is safe and may help.
 * @throws MaintError the last error; `outcome-unknown` where a change may have been made and nothing later
 * told whether it was.
 */
export async function withRetries<T>(task: RetryTask<T>, clock: RetryClock): Promise<T> {
  const state: { lost: CloudflareError | null; settled: boolean } = { lost: null, settled: false };

  const readBack = async (): Promise<T | undefined> => {
    try {
      return await task.readBack?.();
    } catch (error) {
      // Only what the look saw settles it: that the look itself was refused for a moment tells nothing.
      state.settled = isConflict(error);
      throw error;
    }
  };
  const attempt = async (): Promise<T> => {
    const found = state.lost === null ? undefined : await readBack();
    if (found !== undefined) return found;
    try {
      return await task.attempt();
    } catch (error) {
      if (error instanceof CloudflareError && error.ambiguous) state.lost = error;
      throw error;
    }
  };

  try {
    // p-retry counts; the delays are ours, since its jitter never goes below the full delay.
    return await pRetry(attempt, {
      retries: ATTEMPTS - 1,
      minTimeout: 0,
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (retriesLeft === 0 || !mayRepeat(error, task)) throw error;
        const delay = Math.round(clock.random() * delayCeiling(attemptNumber));
        clock.onWait?.('retry', delay);
        await clock.pause(delay);
      },
    });
  } catch (error) {
    const { lost, settled } = state;
    if (lost === null || settled || isGone(error)) throw error;
    const found = error === lost ? await readBack().catch(() => undefined) : undefined;
    if (found !== undefined) return found;
    throw unknownOutcome(lost, error instanceof CloudflareError ? error.codes : []);
  }
}

/** Whether a look found that somebody else has what was to be made. */
export function isConflict(error: unknown): boolean {
  return error instanceof CloudflareError && error.code === 'conflict' && !error.retryable;
}

function mayRepeat(error: unknown, task: RetryTask<unknown>): boolean {
  if (!(error instanceof CloudflareError) || !error.retryable) return false;
  return !error.ambiguous || task.repeatable || task.readBack !== undefined;
}

/** Full jitter below 0.5 s, 1 s, 2 s …: clients that failed together must not come back together. */
function delayCeiling(attempt: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
}
