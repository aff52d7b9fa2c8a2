/** One command line with the whole program: parse, run, answer. */
import type { Environment } from '../config.js';
import { MaintError } from '../model/errors.js';
import type { Context, Reply } from './command.js';
import type { Session } from './context.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';
import { errorText, reportForDocument } from './output/error-text.js';
import { jsonDocument } from './output/json-document.js';
import { colourLevel, paletteOf } from './output/palette.js';
import type { View } from './output/view.js';
import { commandWords, type Parsed, parseCommandLine } from './program.js';
import type { Services } from './services.js';
import { exitCodeOfSignal } from './stop-signals.js';
import type { OutputStream, Terminal } from './terminal.js';

/** Runs one command line and resolves to its exit code; never rejects. `main` says what goes where. */
export async function runCommandLine(
  argv: readonly string[],
  terminal: Terminal,
  env: Environment,
  { services, version }: { readonly services: Services; readonly version: string },
): Promise<ExitCode> {
  const beforeDashes = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const noColorFlag = beforeDashes.includes('--no-color');
  const screen: Screen = {
    json: beforeDashes.includes('--json'),
    command: commandWords(beforeDashes),
    out: viewOf(terminal.stdout, terminal, env, noColorFlag),
    err: viewOf(terminal.stderr, terminal, env, noColorFlag),
    remarks: new Set(),
  };
  terminal.watch.onForcedEnd(() => {
    const error = new MaintError('interrupted', 'Stopped by force; some outcome may be unknown.');
    if (screen.json) terminal.writeLastWords(documentOf(screen, {}, error));
  });
  try {
    const width = Math.min(screen.out.width, 100);
    const parsed = await parseCommandLine(argv, { version, width });
    return parsed.kind === 'run'
      ? await run(parsed, { ...screen, command: parsed.path }, terminal, env, services)
      : printParsed(parsed, screen, terminal);
  } catch (error) {
    return finish(failure(error), screen, terminal, { compact: false, cause: error });
  }
}

/** What of the surroundings decides how an answer looks. */
interface Screen {
  readonly json: boolean;
  readonly command: string;
  readonly out: View;
  readonly err: View;
  /** What documents tell beside their answer. */
  readonly remarks: Set<string>;
}

function viewOf(stream: OutputStream, terminal: Terminal, env: Environment, noColorFlag: boolean): View {
  return {
    person: stream.isTTY,
    width: stream.isTTY ? stream.columns : Number.POSITIVE_INFINITY,
    palette: paletteOf(colourLevel({ noColorFlag, env, isTTY: stream.isTTY })),
    now: terminal.now(),
    verbosity: 0,
  };
}

type Runnable = Extract<Parsed, { kind: 'run' }>;

async function run(
  parsed: Runnable,
  screen: Screen,
  terminal: Terminal,
  env: Environment,
  services: Services,
): Promise<ExitCode> {
  const verbosity = parsed.flags.count('verbose');
  const told = { ...screen, out: { ...screen.out, verbosity }, err: { ...screen.err, verbosity } };
  const emitted = { any: false };
  const [{ loadConfig }, { createContext }] = await Promise.all([
    import('../config.js'),
    import('./context.js'),
  ]);
  const session = createContext({
    terminal,
    services,
    flags: parsed.flags,
    readConfig: () => loadConfig(configFlags(parsed), env, services.system),
    write: (answer) => {
      emitted.any = true;
      write(answer, told, terminal, true);
    },
    ...told,
  });
  try {
    const answer = await parsed.definition.run({ args: parsed.args, flags: parsed.flags }, session.context);
    session.context.endProgress();
    return finish(answer, told, terminal, { compact: emitted.any });
  } catch (error) {
    session.context.endProgress();
    return finish(failure(error), told, terminal, { compact: emitted.any, cause: error });
  } finally {
    await close(session, session.context);
  }
}

/** A store that cannot be closed must not hide what the command did. */
async function close(session: Session, context: Context): Promise<void> {
  try {
    await session.close();
  } catch (error) {
    context.warn(asMaintError(error).message);
  }
}

function configFlags({ flags }: Runnable) {
  return {
    apiToken: flags.text('apiToken'),
    db: flags.text('db'),
    as: flags.text('as'),
    connectTo: flags.text('connectTo'),
    maxWait: flags.text('maxWait'),
  };
}

function printParsed(parsed: Exclude<Parsed, Runnable>, screen: Screen, terminal: Terminal): ExitCode {
  const text = parsed.text.endsWith('\n') ? parsed.text : `${parsed.text}\n`;
  const fields = parsed.kind === 'help' ? { help: text } : { version: text.trim() };
  terminal.stdout.write(screen.json ? documentOf(screen, fields, null) : text);
  return EXIT.done;
}

function failure(error: unknown): Reply {
  return { fields: () => ({}), text: () => '', error: asMaintError(error) };
}

interface Finish {
  /** One line a document, where the command has written documents before. */
  readonly compact: boolean;
  readonly cause?: unknown;
}

function finish(answer: Reply, screen: Screen, terminal: Terminal, { compact, cause }: Finish): ExitCode {
  if (answer.alreadySaid !== true) write(answer, screen, terminal, compact);
  if (answer.error !== null) terminal.stderr.write(errorText(answer.error, screen.err, cause));
  return codeOf(answer, terminal);
}

function write(answer: Reply, screen: Screen, terminal: Terminal, compact: boolean): void {
  const text = screen.json
    ? documentOf(screen, answer.fields(), answer.error, compact)
    : answer.text(screen.out);
  if (text !== '') terminal.stdout.write(text);
}

function documentOf(screen: Screen, fields: object, error: MaintError | null, compact = false): string {
  const head = { command: screen.command || 'maint', error: reportForDocument(error) };
  return jsonDocument(head, withRemarks(fields, screen.remarks), compact);
}

function withRemarks(fields: { readonly warnings?: unknown }, remarks: ReadonlySet<string>): object {
  if (remarks.size === 0) return fields;
  const { warnings = [] } = fields;
  return { ...fields, warnings: Array.isArray(warnings) ? [...warnings, ...remarks] : warnings };
}

function codeOf(answer: Reply, terminal: Terminal): ExitCode {
  if (answer.exitCode !== undefined) return answer.exitCode;
  if (answer.error === null) return EXIT.done;
  const stoppedBy = terminal.watch.stoppedBy;
  if (answer.error.code === 'interrupted' && stoppedBy !== null) return exitCodeOfSignal(stoppedBy);
  return exitCodeOf(answer.error.code);
}

/** Anything that is no MaintError is a bug of ours and says so. */
function asMaintError(error: unknown): MaintError {
  if (error instanceof MaintError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new MaintError('internal', `Unexpected failure: ${message}`, {
    hint: 'This is a bug: please report it, with the output of the same command and --verbose.',
    cause: error,
  });
}
