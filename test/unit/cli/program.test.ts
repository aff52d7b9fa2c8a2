import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/catalogue.js';
import { commandWords, parseCommandLine } from '../../../src/cli/program.js';
import { selectionOf } from '../../../src/cli/selection-flags.js';
import { FILTERS } from '../../../src/sites/filters.js';

const parse = (...argv: string[]) => parseCommandLine(argv, { version: '1.2.3' });

async function run(...argv: string[]) {
  const parsed = await parse(...argv);
  if (parsed.kind !== 'run') throw new Error(`not a run but ${parsed.kind}`);
  return parsed;
}

describe('argv → command and flags', () => {
  it('reads arguments, switches and repeated flags', async () => {
    const { path, args, flags } = await run(
      'enable',
      'a.example',
      '--tag',
      'x',
      'b.example',
      '--tag',
      'y',
      '-n',
    );
    expect(path).toBe('enable');
    expect(args).toEqual(['a.example', 'b.example']);
    expect(flags.texts('tag')).toEqual(['x', 'y']);
    expect(flags.on('dryRun')).toBe(true);
  });

  it('takes the flags of every command before and after its name', async () => {
    for (const argv of [
      ['--json', '--db', 'x.db', 'list'],
      ['list', '--db', 'x.db', '--json'],
    ]) {
      const { flags } = await run(...argv);
      expect([flags.on('json'), flags.text('db')]).toEqual([true, 'x.db']);
    }
  });

  it('counts --verbose and knows when a --no flag was given', async () => {
    const { flags } = await run('disable', '-vv', '--no-verify', 'a.example');
    expect(flags.count('verbose')).toBe(2);
    expect([flags.off('verify'), flags.off('color')]).toEqual([true, false]);
  });

  it('takes --yes and --force everywhere', async () => {
    for (const { path } of COMMANDS.filter((entry) => entry.path !== '')) {
      const { command } = await COMMANDS.find((entry) => entry.path === path)!.load();
      const needed = (command.arguments ?? []).filter(({ name }) => name.startsWith('<'));
      const words = needed.map((argument) => argument.choices?.[0] ?? 'x');
      expect((await run(...path.split(' '), ...words, '--yes', '--force')).flags.on('force'), path).toBe(
        true,
      );
    }
  });

  it('leaves what follows -- alone', async () => {
    expect((await run('list', '--', '--json')).args).toEqual(['--json']);
  });

  it('makes a selection of every filter', async () => {
    const argv = FILTERS.flatMap(({ name, excludeFlag }) => [
      `--${name}=v`,
      ...(excludeFlag === null ? [] : [`--exclude-${name}=w`]),
    ]);
    const { args, flags } = await run('list', 'd.example', '-', ...argv, '--all');
    const selection = selectionOf(args, flags);
    expect(Object.keys(selection.include)).toEqual(FILTERS.map(({ name }) => name));
    expect(Object.values(selection.exclude).flat()).toEqual(
      FILTERS.filter(({ excludeFlag }) => excludeFlag !== null).map(() => 'w'),
    );
    expect(selection.domains).toEqual(['d.example', '-']);
    expect(selection.all).toBe(true);
  });

  it.each([
    [['enabel'], "Unknown command 'enabel'.", "Did you mean 'enable'?"],
    [['list', '--jsn'], "Unknown option '--jsn'.", 'Did you mean --json?'],
    [['site', 'ad'], "Unknown command 'ad'.", 'Did you mean add?'],
    [['site'], "'maint site' needs one more word.", "See 'maint site --help'."],
    [['bypass'], "Missing required argument 'domain'.", "See 'maint bypass --help'."],
    [['recover', 'x'], /Too many arguments/, "See 'maint recover --help'."],
    [['enable', '--existing-routes', 'drop'], /Allowed choices are take-over, keep, fail/, /--help/],
  ])('refuses %j with a sentence and a next step', async (argv, message, hint) => {
    const error = await parse(...argv).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'usage' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('names the command even where parsing fails', () => {
    expect(commandWords(['--json', 'site', 'add', '--foo'])).toBe('site add');
    expect(commandWords(['list', 'site'])).toBe('list');
    expect(commandWords(['nonsense'])).toBe('');
  });
});

describe('help', () => {
  it('groups flags and shows the selection, made from the filter table', async () => {
    const help = await parse('enable', '--help');
    expect(help.kind === 'help' && help.text).toMatchSnapshot();
  });

  it('lists every command with its summary', async () => {
    const help = await parse('--help');
    expect(help.kind === 'help' && help.text).toMatchSnapshot();
  });

  it.each(COMMANDS.filter(({ path }) => path !== '').map(({ path }) => path))(
    'has an example of %s',
    async (path) => {
      for (const argv of [
        [...path.split(' '), '--help'],
        ['help', ...path.split(' ')],
      ]) {
        const help = await parse(...argv);
        if (help.kind !== 'help') throw new Error('no help');
        expect(help.text).toContain(`Usage: maint ${path}`);
        expect(help.text).toMatch(new RegExp(`Examples:\n  \\$ .*${path}`));
        expect(Math.max(...help.text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(115);
      }
    },
  );
});
