/** The commands as plain data, which the completion scripts are written from. */
import type { Argument, Command, Option } from 'commander';
import { FILTERS, type FilterName } from '../../sites/filters.js';

/** What the store is asked for: values of a filter. */
export type ValueKind = FilterName;

export interface FlagWord {
  /** `-n`, `--dry-run`. */
  readonly words: readonly string[];
  readonly help: string;
  readonly takesValue: boolean;
  /** Fixed words, or values of the store; neither means files. */
  readonly choices: readonly string[];
  readonly kind: ValueKind | null;
}

export interface CommandWord {
  /** `site add`; empty for the program itself. */
  readonly path: string;
  readonly summary: string;
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly FlagWord[];
  readonly choices: readonly string[];
  readonly kind: ValueKind | null;
}

/** Every command, the program itself first. */
export function commandTree(program: Command): readonly CommandWord[] {
  const globals = program.options.map((option) => flagWord(option, ''));
  return walk(program, '', globals);
}

function walk(command: Command, path: string, globals: readonly FlagWord[]): CommandWord[] {
  const own = path === '' ? [] : command.options.map((option) => flagWord(option, path));
  const known = new Set(own.flatMap(({ words }) => words));
  const [argument] = command.registeredArguments;
  const here: CommandWord = {
    path,
    summary: command.summary(),
    subcommands: command.commands.map((child) => ({ name: child.name(), summary: child.summary() })),
    flags: [
      ...own,
      ...globals.filter(({ words }) => !words.some((word) => known.has(word))),
      { words: ['--help'], help: 'help', takesValue: false, choices: [], kind: null },
    ],
    choices: argument?.argChoices ?? [],
    kind: kindOfArgument(argument),
  };
  return [
    here,
    ...command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim(), globals)),
  ];
}

function kindOfArgument(argument: Argument | undefined): ValueKind | null {
  if (argument === undefined) return null;
  if (argument.name() === 'domain') return 'domain';
  return argument.description === 'a group' ? 'group' : null;
}

function flagWord(option: Option, path: string): FlagWord {
  const words = [option.short, option.long].filter((word) => word !== undefined);
  return {
    words,
    help: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? wordsOf(option.long),
    kind: kindOfFlag(option.long, path),
  };
}

function filterOf(long: string | undefined) {
  return FILTERS.find(({ name }) => [`--${name}`, `--exclude-${name}`, `--set-${name}`].includes(long ?? ''));
}

function wordsOf(long: string | undefined): readonly string[] {
  return filterOf(long)?.words ?? [];
}

function kindOfFlag(long: string | undefined, path: string): ValueKind | null {
  if (long === '--site') return 'domain';
  if (path === 'site tag' && (long === '--add' || long === '--remove')) return 'tag';
  const filter = filterOf(long);
  return filter === undefined || filter.words !== null ? null : filter.name;
}
