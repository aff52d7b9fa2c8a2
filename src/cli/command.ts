/** What a command is: a definition as data, and a thin `run`. */
import type { Config } from '../config.js';
import type { Maint } from '../maint.js';
import type { MaintError } from '../model/errors.js';
import type { OnProgress } from '../model/progress.js';
import type { Sandbox, SandboxOptions } from '../sandbox/sandbox.js';
import type { ExitCode } from './exit-codes.js';
import type { Flags } from './flags.js';
import { printableData } from './output/printable.js';
import type { View } from './output/view.js';
import type { Terminal } from './terminal.js';

export type FlagGroup = 'Selection' | 'Page' | 'Change' | 'Safety' | 'Output' | 'Options';

export interface FlagDefinition {
  /** As commander writes it: `-n, --dry-run`, `--reason <text>`. */
  readonly flags: string;
  readonly help: string;
  readonly group: FlagGroup;
  /** May be given several times; its values come as a list. */
  readonly repeat?: boolean;
  readonly choices?: readonly string[];
}

export interface ArgumentDefinition {
  /** As commander writes it: `<domain>`, `[domain...]`. */
  readonly name: string;
  readonly help: string;
  readonly choices?: readonly string[];
}

export interface CommandDefinition {
  readonly arguments?: readonly ArgumentDefinition[];
  readonly flags?: readonly FlagDefinition[];
  /** Adds the flags that select sites. */
  readonly selectsSites?: boolean;
  /** A paragraph under the usage line. */
  readonly description?: string;
  /** Command lines and what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly run: (input: Input, context: Context) => Promise<Reply>;
}

/** A parsed command line, values still as typed. */
export interface Input {
  readonly args: readonly string[];
  readonly flags: Flags;
}

/** What a command answers; the program turns it into JSON or text, and its error into an exit code. */
export interface Reply {
  /** Fields of the JSON document beside `schema`, `command`, `ok` and `error`. */
  readonly fields: () => object;
  /** Text for stdout, with its line feeds; empty for nothing. */
  readonly text: (view: View) => string;
  /** Set where the answer is there but the command did not do all that was asked. */
  readonly error: MaintError | null;
  /** Where it does not follow from the error. */
  readonly exitCode?: ExitCode | undefined;
  /** Set where all that there is to say was emitted before. */
  readonly alreadySaid?: boolean;
}

/** The end of a command that served until it was stopped. */
export const ALREADY_SAID: Reply = { fields: () => ({}), text: () => '', error: null, alreadySaid: true };

/**
 * A reply from plain data. The text renderer gets a copy without control characters, so that nothing from
 * outside can act on a terminal; JSON gets the data whole.
 */
export function reply<T extends object>(
  data: T,
  text: (data: T, view: View) => string,
  more: { readonly fields?: object; readonly error?: MaintError | null; readonly exitCode?: ExitCode } = {},
): Reply {
  return {
    fields: () => more.fields ?? data,
    text: (view) => text(printableData(data), view),
    error: more.error ?? null,
    ...(more.exitCode === undefined ? {} : { exitCode: more.exitCode }),
  };
}

/** What a command may reach. */
export interface Context {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly quiet: boolean;
  /** How often `--verbose` was given. */
  readonly verbosity: number;
  readonly out: View;
  readonly err: View;
  /** A line of talk on stderr, unless `--quiet`. */
  say(line: string): void;
  /** What an answer leaves out: a line of talk on stderr, and among the `warnings` of JSON documents. */
  remark(line: string): void;
  /**
   * A rendered block on stderr: printable already, with colours. With `--quiet` only where a question
   * follows. Returns whether it was written.
   */
  show(block: string): boolean;
  /** A warning on stderr, also with `--quiet`. */
  warn(line: string): void;
  config(): Config;
  /**
   * The engine, opened once; `readonly` for commands that write nothing, `withoutStore` for one that must work
   * although the store cannot be opened: it then has an empty one.
   */
  maint(options?: { readonly readonly?: boolean; readonly withoutStore?: boolean }): Promise<Maint>;
  /** Draws what the engine tells. */
  readonly onProgress: OnProgress;
  /** Ends the live line before something else is printed or asked. */
  endProgress(): void;
  /** Writes a reply at once, for commands that give several: JSON one document a line. */
  emit(reply: Reply): void;
  startSandbox(options: SandboxOptions): Promise<Sandbox>;
}
