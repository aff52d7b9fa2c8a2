/** A terminal that lives in memory: what was written can be read, questions are answered from a list. */
import type { Question, Terminal } from '../../../src/cli/terminal.js';

export interface MemoryTerminal extends Terminal {
  readonly written: { stdout: string; stderr: string };
  readonly asked: Question[];
  /** May be replaced to make something happen between two looks. */
  sleep: Terminal['sleep'];
  /** Fires the soft stop. */
  interrupt(by: 'SIGINT' | 'SIGTERM'): void;
}

export interface MemoryOptions {
  readonly tty?: boolean;
  readonly columns?: number;
  readonly answers?: readonly boolean[];
  readonly input?: string;
  readonly canPrompt?: boolean;
}

export const NOW = new Date('2026-11-23T12:00:00.000Z');

export function memoryTerminal(options: MemoryOptions = {}): MemoryTerminal {
  const written = { stdout: '', stderr: '' };
  const asked: Question[] = [];
  const answers = [...(options.answers ?? [])];
  const [soft, hard] = [new AbortController(), new AbortController()];
  let stoppedBy: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | null = null;
  const interrupt = (by: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => {
    stoppedBy = by;
    soft.abort();
  };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: options.tty === true,
    columns: options.columns ?? 80,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const stopped = () =>
    new Promise<void>((resolve) => {
      if (soft.signal.aborted) resolve();
      else soft.signal.addEventListener('abort', () => resolve());
    });
  return {
    written,
    asked,
    interrupt,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    canPrompt: options.canPrompt ?? options.tty === true,
    watch: {
      stop: soft.signal,
      signal: hard.signal,
      get stoppedBy() {
        return stoppedBy;
      },
      interrupt,
      onForcedEnd: () => {},
      announce: () => {},
      dispose: () => {},
    },
    now: () => NOW,
    readInput: async () => options.input ?? '',
    ask: async (question) => {
      asked.push(question);
      return answers.shift() ?? false;
    },
    askSecret: async () => '',
    progress: () => ({
      update: () => {},
      print: (line) => {
        written.stderr += `${line}\n`;
      },
      stop: () => {},
    }),
    sleep: async () => {},
    untilStopped: stopped,
    writeLastWords: (text) => {
      written.stdout += text;
    },
  };
}
