/** The world around the command line: streams, clock, questions, signals. Nothing else touches `process`. */
import { writeSync } from 'node:fs';
import { type ProgressLine, sparseProgress, startProgressLine } from './progress-line.js';
import { type StopWatch, watchSignals } from './stop-signals.js';

export interface OutputStream {
  readonly isTTY: boolean;
  /** Columns of the screen; 80 where the terminal does not tell. */
  readonly columns: number;
  write(text: string): void;
}

export interface Question {
  readonly message: string;
  /** What must be typed for a yes; a plain yes or no without it. */
  readonly typed?: string;
}

/** What commands may ask of their surroundings; tests pass one that lives in memory. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Whether somebody is there to answer: stdin and stdout are terminals, and this is not CI. */
  readonly canPrompt: boolean;
  readonly watch: StopWatch;
  now(): Date;
  /** All of standard input as text. */
  readInput(): Promise<string>;
  /** True for yes. Never called where `canPrompt` is false. Ctrl-C counts as SIGINT and as no. */
  ask(question: Question): Promise<boolean>;
  /**
   * A text that is not shown while it is typed; empty where nothing was. Never called where `canPrompt` is false.
   * Ctrl-C counts as SIGINT and as nothing.
   */
  askSecret(message: string): Promise<string>;
  /** A live line on a terminal, a line now and then elsewhere. */
  progress(colour: boolean): ProgressLine;
  /** Waits, or returns early once the soft stop fires. */
  sleep(ms: number): Promise<void>;
  /** For commands that serve until somebody stops them. */
  untilStopped(): Promise<void>;
  /** Text that must be out before the process ends by force. */
  writeLastWords(text: string): void;
}

/** The real terminal. `env` is read for `CI` and `TERM` only. */
export function createTerminal(env: Readonly<Record<string, string | undefined>>): Terminal {
  const { stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', reportLostOutput);
  const inCi = env.CI !== undefined && !['', '0', 'false'].includes(env.CI);
  const canPrompt = stdin.isTTY === true && stdout.isTTY === true && !inCi;
  const watch = watchSignals(process, (line) => stderr.write(`${line}\n`));
  return {
    stdout: outputOf(stdout),
    stderr: outputOf(stderr),
    canPrompt,
    watch,
    now: () => new Date(),
    readInput: () => readAll(stdin),
    ask: (question) => askPerson(question, watch),
    askSecret: (message) => askForSecret(message, watch),
    progress: (colour) =>
      // ora clears endlessly on a terminal that says it has no columns.
      stderr.isTTY && stderr.columns > 0 && env.TERM !== 'dumb'
        ? startProgressLine(stderr, colour)
        : sparseProgress(stderr, Date.now),
    sleep: (ms) => sleepUntilStopped(ms, watch.stop),
    untilStopped: () => stopped(watch.stop),
    writeLastWords: (text) => void writeSync(1, text),
  };
}

/** A reader that leaves early, as `head` does, is no failure; an answer that could not be written is one. */
function reportLostOutput(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.once('exit', (code) => {
    if (code === 0) process.exitCode = 1;
  });
  try {
    writeSync(2, `error: The answer could not be written (${error.code ?? error.message}).\n`);
  } catch {
    // Where stderr is lost as well, the exit code alone has to tell.
  }
}

function outputOf(stream: NodeJS.WriteStream): OutputStream {
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns || 80;
    },
    write: (text) => void stream.write(text),
  };
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Asks on stderr, so that stdout stays what it is. */
async function askPerson({ message, typed }: Question, watch: StopWatch): Promise<boolean> {
  const prompt = await promptOn(watch);
  if (typed === undefined) {
    const ask = () => prompt([{ type: 'confirm', name: 'answer', message, default: false }]);
    return (await answered(ask, watch))?.answer ?? false;
  }
  const given = await answered(() => prompt([{ type: 'input', name: 'answer', message }]), watch);
  return given?.answer.trim() === typed;
}

async function askForSecret(message: string, watch: StopWatch): Promise<string> {
  const prompt = await promptOn(watch);
  const given = await answered(() => prompt([{ type: 'password', name: 'answer', message }]), watch);
  return given?.answer.trim() ?? '';
}

async function promptOn(watch: StopWatch) {
  const { createPromptModule } = await import('inquirer');
  return createPromptModule({ output: process.stderr, signal: watch.stop });
}

/** Null where the question was left unanswered. */
async function answered<T>(ask: () => Promise<T>, watch: StopWatch): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'ExitPromptError') watch.interrupt('SIGINT');
    if (['ExitPromptError', 'AbortPromptError'].includes(name)) return null;
    throw error;
  }
}

function sleepUntilStopped(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stop.addEventListener('abort', done);
  });
}

function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}
