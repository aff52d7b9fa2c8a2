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
  readonly now?: () => Date;
  /** Called once with a function that sends a signal, before the command starts. */
  readonly onStart?: (send: (signal: StopSignal) => void) => void;
  /** The home folder, so that no settings of the machine are read. */
  readonly home: string;
}

/** Runs one command line to its end. */
export async function runMaint(argv: readonly string[], options: RunOptions): Promise<Run> {
  const written = { stdout: '', stderr: '' };
  const questions: Question[] = [];
  const signals = new SignalBox();
  const terminal = memoryTerminal(options, written, questions, signals);
  options.onStart?.((signal) => void signals.emit(signal));
  const system = { ...realServices.system, homedir: () => options.home };
  const code = await main(argv, terminal, options.env ?? {}, { ...realServices, system });
  if (signals.forcedEnd !== null) return { ...written, code: signals.forcedEnd, questions };
  return { ...written, code, questions };
}

/** Stands for `process` where signals are concerned. */
class SignalBox extends EventEmitter implements SignalSource {
  forcedEnd: number | null = null;

  exit(code: number): void {
    this.forcedEnd = code;
  }
}

function memoryTerminal(
  options: RunOptions,
  written: { stdout: string; stderr: string },
  questions: Question[],
  signals: SignalBox,
): Terminal {
  const { columns, input = '', now = () => new Date() } = options;
  const answers = [...(options.answers ?? [])];
  const streamTo = (name: 'stdout' | 'stderr') => ({
    isTTY: columns !== undefined,
    columns: columns ?? 80,
    write: (text: string) => {
      written[name] += text;
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
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`nobody answers: ${question.message}`);
      return typeof answer === 'boolean' ? answer : answer === question.typed;
    },
    progress: () => ({
      update: () => {},
      print: (line) => stderr.write(`${line}\n`),
      stop: () => {},
    }),
    sleep: (ms) => stopped(ms),
    untilStopped: () => stopped(),
    writeLastWords: (text) => {
      written.stdout += text;
    },
  };
}
