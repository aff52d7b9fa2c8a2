/** argv → which command with which flags, or help. Runs nothing: parsing and doing are tested apart. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { MaintError } from '../model/errors.js';
import { nearest } from '../sites/nearest.js';
import { type CatalogueEntry, COMMANDS, PARENTS } from './catalogue.js';
import type { CommandDefinition, FlagDefinition } from './command.js';
import { Flags } from './flags.js';
import { globalFlagsLine, globalOptions } from './global-flags.js';
import { ENVIRONMENT_HELP, EXIT_CODES_HELP } from './help-topics.js';
import { selectionArgument, selectionFlags } from './selection-flags.js';

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: 'help'; readonly text: string; readonly path: string }
  | { readonly kind: 'version'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly path: string;
      readonly definition: CommandDefinition;
      readonly args: readonly string[];
      readonly flags: Flags;
    };

export interface ParseOptions {
  readonly version: string;
  /** Columns for help texts. */
  readonly width?: number;
  readonly commands?: readonly CatalogueEntry[];
}

/**
 * Parses a command line. Throws MaintError('usage') with the nearest name where a command or flag is unknown.
 *
 * @example await parseCommandLine(['list', '--json'], { version: '1.0.0' }) // { kind: 'run', path: 'list', … }
 */
export async function parseCommandLine(argv: readonly string[], options: ParseOptions): Promise<Parsed> {
  const found: { parsed: Parsed | null; help: string } = { parsed: null, help: '' };
  const program = buildProgram(options, (parsed) => {
    found.parsed = parsed;
  });
  configureAll(program, options.width ?? 80, (text) => {
    found.help += text;
  });
  try {
    await program.parseAsync(helpLast(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.version') return { kind: 'version', text: found.help };
    if (error.exitCode === 0) return { kind: 'help', text: found.help, path: commandWords(argv) };
    throw usageError(error, argv);
  }
  if (found.parsed === null) throw new MaintError('internal', 'The command line led to no command.');
  return found.parsed;
}

/** The whole tree with every definition loaded, as completion needs it. */
export async function wholeProgram(options: ParseOptions): Promise<Command> {
  const program = buildProgram(options, () => {});
  for (const entry of options.commands ?? COMMANDS) {
    if (entry.path !== '') define(commandAt(program, entry.path), (await entry.load()).command);
  }
  return program;
}

/** `maint help enable` is `maint enable --help`. */
function helpLast(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
}

function buildProgram(options: ParseOptions, onParsed: (parsed: Parsed) => void): Command {
  const program = new Command('maint')
    .description(
      'Put a maintenance page in front of any number of Cloudflare sites, and take it away again,\n' +
        'leaving every zone exactly as it was.',
    )
    .version(options.version, '-V, --version', 'the version')
    .helpOption('-h, --help', 'help, with examples')
    .helpCommand(false)
    .optionsGroup('Flags of every command:')
    .addHelpText(
      'after',
      `\nmaint <command> --help shows its flags and examples.\n${EXIT_CODES_HELP}${ENVIRONMENT_HELP}`,
    );
  for (const option of globalOptions()) program.addOption(option);
  const parents = new Map<string, Command>();
  for (const entry of options.commands ?? COMMANDS) {
    if (entry.path === '') runBare(program, entry, onParsed);
    else addCommand(program, parents, entry, onParsed);
  }
  return program;
}

/** Bare `maint`, and the answer to a word that is no command. */
function runBare(program: Command, entry: CatalogueEntry, onParsed: (parsed: Parsed) => void): void {
  program.allowExcessArguments().action(async () => {
    const [word] = program.args;
    if (word !== undefined) {
      throw unknownCommand(
        word,
        program.commands.map((command) => command.name()),
      );
    }
    const { command: definition } = await entry.load();
    onParsed({ kind: 'run', path: '', definition, args: [], flags: new Flags(program.opts()) });
  });
}

function addCommand(
  program: Command,
  parents: Map<string, Command>,
  entry: CatalogueEntry,
  onParsed: (parsed: Parsed) => void,
): void {
  const [first = '', second] = entry.path.split(' ');
  const parent = second === undefined ? program : parentOf(program, parents, first);
  const command = parent
    .command(second ?? first)
    .summary(entry.summary)
    .allowExcessArguments(false);
  if (second === undefined) {
    command.helpGroup(entry.group).helpCommand(false);
    // A command may have further words below it, as `monitor explain` is below `monitor`.
    parents.set(first, command);
  }
  let loaded: CommandDefinition | null = null;
  const prepare = async () => {
    if (loaded !== null) return;
    loaded = (await entry.load()).command;
    define(command, loaded);
  };
  parent.hook('preSubcommand', (_parent, sub) => (sub === command ? prepare() : undefined));
  command.action(() => {
    if (loaded === null) return;
    const flags = new Flags(command.optsWithGlobals());
    onParsed({ kind: 'run', path: entry.path, definition: loaded, args: command.args, flags });
  });
}

function parentOf(program: Command, parents: Map<string, Command>, name: string): Command {
  const known = parents.get(name);
  if (known !== undefined) return known;
  const { summary = '', group = '' } = PARENTS[name] ?? {};
  const parent = program
    .command(name)
    .summary(summary)
    .description(summary)
    .helpCommand(false)
    .helpGroup(group);
  parents.set(name, parent);
  return parent;
}

/** Gives a command its arguments, flags and help. */
function define(command: Command, definition: CommandDefinition): void {
  // Its lines end where the screen's do, not where the source's did.
  command.description((definition.description ?? command.summary()).replaceAll('\n', ' '));
  const positional = definition.arguments ?? (definition.selectsSites ? [selectionArgument] : []);
  for (const { name, help, choices } of positional) {
    const argument = new Argument(name, help);
    command.addArgument(choices === undefined ? argument : argument.choices(choices));
  }
  const flags = definition.selectsSites
    ? [...selectionFlags(), ...(definition.flags ?? [])]
    : definition.flags;
  for (const flag of flags ?? []) command.addOption(optionOf(flag));
  const examples = definition.examples.map(([line, does]) => `  $ ${line}\n      ${does}`);
  command.addHelpText('after', `${globalFlagsLine()}\n\nExamples:\n${examples.join('\n')}`);
}

function optionOf(flag: FlagDefinition): Option {
  const option = new Option(flag.flags, flag.help).helpGroup(`${flag.group}:`);
  if (flag.repeat === true) {
    option.argParser((value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value]);
  } else if (flag.choices !== undefined) {
    option.choices(flag.choices);
  }
  return option;
}

function commandAt(program: Command, path: string): Command {
  return path.split(' ').reduce((command, word) => {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) throw new MaintError('internal', `No command '${path}' in the tree.`);
    return next;
  }, program);
}

/** Commander neither prints nor exits: what it would print is collected, where it would exit it throws. */
function configureAll(command: Command, width: number, write: (text: string) => void): void {
  command.exitOverride().configureOutput({
    writeOut: write,
    writeErr: () => {},
    outputError: () => {},
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  for (const child of command.commands) configureAll(child, width, write);
}

function usageError(error: CommanderError, argv: readonly string[]): MaintError {
  const words = commandWords(argv);
  if (error.code === 'commander.help') {
    return new MaintError('usage', `'maint ${words}' needs one more word.`, {
      hint: `See 'maint ${words} --help'.`,
    });
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const sentence = first.charAt(0).toUpperCase() + first.slice(1);
  const suggestion = rest.join(' ').replace(/^\((.*)\)$/, '$1');
  return new MaintError('usage', /[.?]$/.test(sentence) ? sentence : `${sentence}.`, {
    hint: suggestion === '' ? `See 'maint ${words === '' ? '' : `${words} `}--help'.` : suggestion,
  });
}

/** The words of argv that name a command: for help and for the `command` field when parsing failed. */
export function commandWords(argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith('-') && word !== 'help');
  const two = words.slice(0, 2).join(' ');
  if (COMMANDS.some(({ path }) => path === two)) return two;
  const [one = ''] = words;
  return COMMANDS.some(({ path }) => path === one) || Object.hasOwn(PARENTS, one) ? one : '';
}

function unknownCommand(word: string, names: readonly string[]): MaintError {
  const near = nearest(word, names);
  return new MaintError('usage', `Unknown command '${word}'.`, {
    hint: near === null ? "See 'maint --help'." : `Did you mean '${near}'?`,
  });
}
