/** Passes without end, each over the targets whose turn it is; checks are spread over their intervals. */
import { MaintError } from '../model/errors.js';
import type { LockHolder, TargetTiming } from '../store/store.js';
import { dropOldResults } from './drop-old-results.js';
import { runPass } from './pass.js';
import { isPassLock, type PassLock, takePassLock } from './pass-lock.js';
import { firstDue, nextSlot } from './schedule.js';
import type { LoopOptions, MonitorParts } from './types.js';

const TICK_MS = 1_000;

/** Runs until `stop` fires. Where another monitor is at work already, returns who at once. */
export async function loop(parts: MonitorParts, options: LoopOptions): Promise<LockHolder | null> {
  const { monotonic, sleep, stop } = parts;
  const first = parts.dryRun === true ? null : takePassLock(parts);
  if (first !== null && !isPassLock(first)) return first;
  const turns = createTurns(parts);
  let lock: PassLock | null = first;
  try {
    while (!stop?.aborted) {
      const started = monotonic();
      try {
        lock ??= parts.dryRun === true ? null : takeAgain(parts);
        await tick(parts, turns, lock, options);
      } catch (error) {
        if (!(error instanceof MaintError)) throw error;
        if (error.code === 'locked') {
          lock?.release();
          lock = null;
        }
        options.onError?.(error);
      }
      const rest = started + (options.tickMs ?? TICK_MS) - monotonic();
      if (rest > 0) await sleep(rest, stop);
    }
    return null;
  } finally {
    lock?.release();
  }
}

function takeAgain(parts: MonitorParts): PassLock {
  const taken = takePassLock(parts);
  if (isPassLock(taken)) return taken;
  throw new MaintError('locked', `Another monitor is at work: process ${taken.pid} on ${taken.host}.`);
}

async function tick(
  parts: MonitorParts,
  turns: Turns,
  lock: PassLock | null,
  { onPass }: LoopOptions,
): Promise<void> {
  const ids = turns.take();
  if (ids.length === 0) return;
  onPass(await runPass(parts, parts.store.targets.list({ ids }), lock));
  if (lock !== null) dropOldResults(parts);
}

interface Turns {
  /** The targets whose turn it is; each gets its next turn at once. */
  take(): number[];
}

interface Turn {
  readonly at: number;
  readonly intervalMs: number;
}

/** Keeps turns on the monotonic clock: the wall clock may jump, and is asked only for what came before. */
function createTurns({ store, clock, monotonic, domains }: MonitorParts): Turns {
  const origin = monotonic();
  const chosen = domains === undefined ? null : new Set(domains);
  const turns = new Map<number, Turn>();
  const firstTurn = ({ id, intervalMs, checkedAt }: TargetTiming): Turn => {
    const sinceLast = checkedAt === null ? null : clock().getTime() - Date.parse(checkedAt);
    return { at: monotonic() + firstDue(id, intervalMs, sinceLast), intervalMs };
  };
  return {
    take() {
      const now = monotonic();
      const timings = store.targets.timings().filter(({ domain }) => chosen?.has(domain) ?? true);
      const known = new Set(timings.map(({ id }) => id));
      for (const id of turns.keys()) if (!known.has(id)) turns.delete(id);
      const due: number[] = [];
      for (const timing of timings) {
        const { id, intervalMs } = timing;
        const turn = turns.get(id);
        const current = turn?.intervalMs === intervalMs ? turn : firstTurn(timing);
        const isDue = current.at <= now;
        if (isDue) due.push(id);
        turns.set(id, isDue ? { at: nextSlot(id, intervalMs, origin, now), intervalMs } : current);
      }
      return due;
    },
  };
}
