/** Drives the command line: argv in; exit code, stdout and stderr out. In this process, on a terminal in memory. */
import { EventEmitter } from 'node:events';
import { main } from '../../src/cli/main.js';
import { realServices } from '../../src/cli/services.js';
import { type SignalSource, type StopSignal, watchSignals } from '../../src/cli/stop-signals.js';
import type { Question, Terminal } from '../../src/cli/terminal.js';
import type { Environment } from '../../src/config.js';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was asked on the terminal. */
  readonly questions: readonly Question[];
}

export interface RunOptions {
  readonly env?: Environment;
  /** What standard input holds. */
  readonly input?: string;
  /** A person in front of it: both streams are terminals of so many columns. */
  readonly columns?: number;
  /** What the person types: `true` and `false` for yes and no, else the words. */
  readonly answers?: readonly (boolean | string)[];
  /** Called while a question stands on the screen. */
  readonly onQuestion?: () => void;
  /** Told of each text for stdout; a rejection fails the run. */
  readonly onOutput?: (text: string) => void | Promise<void>;
  readonly now?: () => Date;
  /** What happens while a command that repeats itself waits; by default its time passes. */
  readonly meanwhile?: () => unknown;
  /** Through which a test sends signals. */
  readonly signals?: Signals;
  /** The home folder, so that no settings of the machine are read. */
  readonly home: string;
}

/** Runs one command line to its end. */
export async function runMaint(argv: readonly string[], options: RunOptions): Promise<Run> {
  const written = { stdout: '', stderr: '' };
  const questions: Question[] = [];
  const signals = options.signals ?? new Signals();
  const terminal = memoryTerminal(options, written, questions, signals);
  const system = { ...realServices.system, homedir: () => options.home };
  const code = await main(argv, terminal, options.env ?? {}, { ...realServices, system });
  if (signals.forcedEnd !== null) return { ...written, code: signals.forcedEnd, questions };
  return { ...written, code, questions };
}

/** Stands for `process` where signals are concerned. */
export class Signals extends EventEmitter implements SignalSource {
  /** The exit code of an end by force, or null. */
  forcedEnd: number | null = null;

  send(signal: StopSignal): void {
    this.emit(signal);
  }

  exit(code: number): void {
    this.forcedEnd = code;
  }
}

function memoryTerminal(
  options: RunOptions,
  written: { stdout: string; stderr: string },
  questions: Question[],
  signals: Signals,
): Terminal {
  const { columns, input = '', now = () => new Date() } = options;
  const answers = [...(options.answers ?? [])];
  const streamTo = (name: 'stdout' | 'stderr') => ({
    isTTY: columns !== undefined,
    columns: columns ?? 80,
    write: (text: string) => {
      written[name] += text;
      if (name === 'stdout') void options.onOutput?.(text);
    },
  });
  const stderr = streamTo('stderr');
  const watch = watchSignals(signals, (line) => stderr.write(`${line}\n`));
  const stopped = (ms?: number) =>
    new Promise<void>((resolve) => {
      if (watch.stop.aborted) return resolve();
      if (ms !== undefined) setTimeout(resolve, ms);
      watch.stop.addEventListener('abort', () => resolve(), { once: true });
    });
  return {
    stdout: streamTo('stdout'),
    stderr,
    canPrompt: columns !== undefined,
    watch,
    now,
    readInput: async () => input,
    ask: async (question) => {
      questions.push(question);
      options.onQuestion?.();
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`nobody answers: ${question.message}`);
      return typeof answer === 'boolean' ? answer : answer === question.typed;
    },
    askSecret: async (message) => {
      questions.push({ message });
      const answer = answers.shift();
      if (typeof answer !== 'string') throw new Error(`nobody types: ${message}`);
      return answer;
    },
    progress: () => ({
      update: () => {},
      print: (line) => stderr.write(`${line}\n`),
      stop: () => {},
    }),
    sleep: async (ms) => {
      await (options.meanwhile === undefined ? stopped(ms) : options.meanwhile());
    },
    untilStopped: () => stopped(),
    writeLastWords: (text) => {
      written.stdout += text;
    },
  };
}
