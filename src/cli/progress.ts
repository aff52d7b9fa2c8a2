/** The engine's events → the live line. */
import type { OnProgress, Phase, Progress } from '../model/progress.js';
import { span } from './output/moment.js';
import { oneLine, printable } from './output/printable.js';
import type { View } from './output/view.js';
import { mutedProgress, type ProgressLine } from './progress-line.js';
import type { Terminal } from './terminal.js';

const PHASES: Readonly<Record<Phase, string>> = {
  observe: 'Looking at Cloudflare',
  upload: 'Uploading the page',
  routes: 'Setting routes',
  'read-back': 'Reading back',
  verify: 'Looking at the sites',
  'clean-up': 'Cleaning up',
  discover: 'Reading zones',
  setup: 'Setting up',
};

/** An outcome that a person should see at once, not only at the end. */
const ALARMING: readonly string[] = ['failed', 'unknown', 'conflict'];

export interface Drawing {
  readonly onProgress: OnProgress;
  /** Removes the line; the next event brings it back. */
  end(): void;
}

/** Draws progress on stderr; with `--quiet` only what went wrong. */
export function drawProgress(terminal: Terminal, view: View, quiet: boolean): Drawing {
  const state: Tally = { phase: null, failed: 0, startedAt: 0 };
  let line: ProgressLine | null = null;
  const onProgress: OnProgress = (event) => {
    line ??= quiet ? mutedProgress(terminal.stderr) : terminal.progress(view.palette.bad('x') !== 'x');
    const text = describe(event, state, terminal.now().getTime());
    if (event.type === 'site' && ALARMING.includes(event.outcome)) {
      const why = event.error === null ? '' : `: ${oneLine(event.error.message)}`;
      line.print(`${view.palette.bad(event.outcome)} ${printable(event.domain)}${why}`);
    }
    if (event.type === 'warning') line.print(`${view.palette.warning('warning:')} ${oneLine(event.message)}`);
    if (text !== null) line.update(text);
  };
  return {
    onProgress,
    end: () => {
      line?.stop();
      line = null;
    },
  };
}

interface Tally {
  phase: Phase | null;
  failed: number;
  startedAt: number;
}

function describe(event: Progress, tally: Tally, now: number): string | null {
  const phase = tally.phase === null ? 'Working' : PHASES[tally.phase];
  switch (event.type) {
    case 'phase':
      tally.phase = event.phase;
      tally.startedAt = now;
      return `${PHASES[event.phase]}${event.total > 1 ? ` 0/${event.total}` : ''}`;
    case 'site':
      if (ALARMING.includes(event.outcome)) tally.failed += 1;
      return count(phase, event.done, event.total, tally, now);
    case 'step':
      return count(phase, event.done, event.total, tally, now);
    case 'waiting':
      return `${phase}: waiting ${span(event.ms)} for ${WAITS[event.reason]}`;
    case 'warning':
      return null;
  }
}

const WAITS = { 'rate-limit': "Cloudflare's rate limit", retry: 'another try', lock: 'another run' } as const;

function count(phase: string, done: number, total: number, tally: Tally, now: number): string {
  const failed = tally.failed > 0 ? ` · ${tally.failed} failed` : '';
  const elapsed = now - tally.startedAt;
  const left = done > 0 && done < total ? (elapsed / done) * (total - done) : 0;
  return `${phase} ${done}/${total}${failed}${left > 2_000 ? ` · about ${span(left)} left` : ''}`;
}
