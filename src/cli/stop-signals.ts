/** SIGINT, SIGTERM and SIGHUP → a soft stop first, a hard one when asked twice or when it takes too long. */
import { setMaxListeners } from 'node:events';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface StopWatch {
  /** Nothing new is begun once it fires. */
  readonly stop: AbortSignal;
  /** Requests under way are cut once it fires. */
  readonly signal: AbortSignal;
  /** Which signal came first, or null. */
  readonly stoppedBy: StopSignal | null;
  /** As if the signal had come, but silently: a prompt in raw mode swallows Ctrl-C. */
  interrupt(by: StopSignal): void;
  /** What to do just before the process ends by force. */
  onForcedEnd(work: () => void): void;
  /** A command that runs until it is stopped says how its end is announced; empty for not at all. */
  announce(line: string): void;
  dispose(): void;
}

const HARD_AFTER_MS = 5_000;
const END_AFTER_MS = 1_500;

/** What of `process` is needed here. */
export interface SignalSource {
  on(event: StopSignal, listener: () => void): unknown;
  off(event: StopSignal, listener: () => void): unknown;
  exit(code: number): void;
}

/** 130 for SIGINT; SIGTERM and SIGHUP share 143. */
export function exitCodeOfSignal(by: StopSignal): 130 | 143 {
  return by === 'SIGINT' ? 130 : 143;
}

/** How a command ends that runs until it is stopped: as shells and supervisors expect of the signal. */
export function exitCodeOfStop({ stoppedBy }: Pick<StopWatch, 'stoppedBy'>): 0 | 130 | 143 {
  return stoppedBy === null ? 0 : exitCodeOfSignal(stoppedBy);
}

/**
 * Watches for signals. The first says one line and fires `stop`; a second one, or 5 s, fires `signal`; 1.5 s
 * later the process ends by force, so that the whole stop takes 7 s at most.
 */
export function watchSignals(source: SignalSource, say: (line: string) => void): StopWatch {
  const soft = new AbortController();
  const hard = new AbortController();
  // Every request under way listens; Node would warn of a leak from the eleventh on.
  setMaxListeners(0, soft.signal, hard.signal);
  const timers: NodeJS.Timeout[] = [];
  let stoppedBy: StopSignal | null = null;
  let line = 'Stopping: what is under way is finished first. Once more to stop at once.';
  let lastWork: () => void = () => {};

  const later = (ms: number, work: () => void) => timers.push(setTimeout(work, ms).unref());
  const cutOff = () => {
    if (hard.signal.aborted) return;
    hard.abort();
    later(END_AFTER_MS, () => {
      lastWork();
      source.exit(exitCodeOfSignal(stoppedBy ?? 'SIGINT'));
    });
  };
  const onSignal = (by: StopSignal) => {
    if (stoppedBy !== null) return cutOff();
    stoppedBy = by;
    if (line !== '') say(line);
    soft.abort();
    later(HARD_AFTER_MS, cutOff);
  };
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
    (name) => [name, () => onSignal(name)] as const,
  );
  for (const [name, listener] of listeners) source.on(name, listener);
  return {
    stop: soft.signal,
    signal: hard.signal,
    get stoppedBy() {
      return stoppedBy;
    },
    interrupt: (by) => {
      line = '';
      onSignal(by);
    },
    onForcedEnd: (work) => {
      lastWork = work;
    },
    announce: (text) => {
      line = text;
    },
    dispose: () => {
      for (const timer of timers) clearTimeout(timer);
      for (const [name, listener] of listeners) source.off(name, listener);
    },
  };
}
