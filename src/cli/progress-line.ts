/** The one live line on stderr while a run works. */
import type { Ora } from 'ora';

export interface ProgressLine {
  /** Replaces the line. */
  update(text: string): void;
  /** Prints something that stays, above the line. */
  print(text: string): void;
  stop(): void;
}

const QUIET_MS = 10_000;

interface TextStream {
  write(text: string): unknown;
  readonly columns?: number;
}

/** An animated line for a terminal. ora is loaded behind it; until then updates only are remembered. */
export function startProgressLine(stream: NodeJS.WriteStream, colour: boolean): ProgressLine {
  let text = '';
  let stopped = false;
  let spinner: Ora | null = null;
  const fitting = () => text.slice(0, Math.max(10, (stream.columns ?? 80) - 3));
  // ora would put stdin into raw mode and so swallow Ctrl-C: `discardStdin` must be off.
  const loading = import('ora').then(({ default: ora }) => {
    if (stopped) return;
    spinner = ora({ text: fitting(), stream, discardStdin: false, color: colour ? 'cyan' : false }).start();
  });
  loading.catch(() => {});
  return {
    update: (next) => {
      text = next;
      if (spinner !== null) spinner.text = fitting();
    },
    print: (line) => {
      spinner?.clear();
      stream.write(`${line}\n`);
    },
    stop: () => {
      stopped = true;
      spinner?.stop();
      spinner = null;
    },
  };
}

/** Without a terminal: at most one line every ten seconds, so that a log stays readable. */
export function sparseProgress(stream: TextStream, now: () => number): ProgressLine {
  let lastAt = now();
  return {
    update: (text) => {
      if (now() - lastAt < QUIET_MS) return;
      lastAt = now();
      stream.write(`${text}\n`);
    },
    print: (line) => void stream.write(`${line}\n`),
    stop: () => {},
  };
}

/** For `--quiet`: failures still show. */
export function mutedProgress(stream: TextStream): ProgressLine {
  return { update: () => {}, print: (line) => void stream.write(`${line}\n`), stop: () => {} };
}
