import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { maint, storeOf } from './fake-maint.js';

describe('list', () => {
  it('gives every field of the contract', async () => {
    const run = await maint(['list', '--json']);
    const document = run.json() as { total: number; sites: object[] };
    expect(document).toMatchObject({ schema: 1, command: 'list', ok: true, error: null, total: 3 });
    expect(Object.keys(document.sites[0] ?? {})).toEqual(
      expect.arrayContaining(
        'domain name zoneId accountId environment project tags owner sharedWith groups hostnames status maintenance health createdAt updatedAt'.split(
          ' ',
        ),
      ),
    );
    expect(document.sites[0]).toMatchObject({
      domain: 'a.example',
      hostnames: ['a.example', 'www.a.example'],
    });
  });

  it('is tab-separated and whole in a pipe, fitted on a terminal', async () => {
    const store = await storeOf([`${'long-name-'.repeat(6)}.example`]);
    const piped = await maint(['list'], { store });
    expect(piped.stdout.split('\t')[0]).toBe(`${'long-name-'.repeat(6)}.example`);
    const narrow = await maint(['list'], { store, tty: true, columns: 20 });
    for (const line of stripVTControlCharacters(narrow.stdout).split('\n').slice(0, 2)) {
      expect(line.length).toBeLessThanOrEqual(20);
    }
  });

  it('says on stderr that there is nothing, and that is no failure', async () => {
    const run = await maint(['list', '--state', 'maintenance']);
    expect([run.code, run.stdout, run.stderr]).toEqual([0, '', 'No site is like that.\n']);
  });
});

describe('colours', () => {
  const isColoured = (text: string) => text.includes('\u001b[');
  it.each([
    [{ tty: true }, true],
    [{ tty: true, env: { NO_COLOR: '1' } }, false],
    [{ tty: true, env: { NO_COLOR: '', FORCE_COLOR: '0' } }, false],
    [{ tty: true, env: { TERM: 'dumb' } }, false],
    [{ tty: false, env: { FORCE_COLOR: '1' } }, true],
    [{ tty: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false],
    [{ tty: false }, false],
  ])('%j → %s', async (surroundings, coloured) => {
    const run = await maint(['nonsense'], surroundings as never);
    expect(isColoured(run.stderr)).toBe(coloured);
  });

  it('--no-color beats FORCE_COLOR', async () => {
    const run = await maint(['nonsense', '--no-color'], { env: { FORCE_COLOR: '1' } });
    expect(isColoured(run.stderr)).toBe(false);
  });
});

describe('text from outside', () => {
  const EVIL = 'x\u001b]52;c;aGk=\u0007\u009b31m\u202ey\r\u0000';

  it('reaches no terminal with controls in it, and JSON whole', async () => {
    const store = await storeOf(['a.example']);
    store.sites.update(
      [store.sites.byDomain('a.example')?.id ?? 0],
      { project: EVIL },
      '2026-11-23T12:00:00Z',
    );
    for (const surroundings of [{ store }, { store, tty: true, columns: 200, env: { NO_COLOR: '1' } }]) {
      for (const argv of [['list'], ['site', 'show', 'a.example'], ['stats']]) {
        const run = await maint(argv, surroundings);
        expect(run.stdout, argv.join(' ')).toContain('x]52;c;aGk=31my');
        expect(run.stdout).not.toMatch(/(?![\n\t])[\p{Cc}\u202e]/u);
      }
    }
    const run = await maint(['list', '--json'], { store });
    expect(run.stdout).not.toMatch(/(?![\n])[\p{Cc}\u202e]/u);
    expect((run.json().sites as { project: string }[])[0]?.project).toBe(EVIL);
  });

  it('is stripped from what was typed, too', async () => {
    const run = await maint(['list', `b${EVIL}.example`]);
    expect(run.code).toBe(2);
    expect(run.stderr).not.toMatch(/(?![\n])[\p{Cc}\u202e]/u);
  });
});

describe('the catalogue', () => {
  it('edits, tags, shares and removes, and writes the log', async () => {
    const store = await storeOf(['a.example', 'b.example']);
    const edit = await maint(
      ['site', 'edit', 'a.example', '--set-environment', 'testing', '--set-project', 'shop', '--subdomains'],
      { store },
    );
    expect(edit.code).toBe(0);
    await maint(['site', 'tag', '--project', 'shop', '--add', 'critical', '--add', 'eu'], { store });
    await maint(['site', 'share', 'a.example', '--with', 'grace'], { store });
    expect(store.sites.byDomain('a.example')).toMatchObject({
      environment: 'testing',
      project: 'shop',
      subdomains: true,
      tags: ['critical', 'eu'],
      shares: [{ user: 'grace', role: 'operator' }],
    });
    const removed = await maint(['site', 'remove', 'b.example', '--yes', '--json'], { store });
    expect(removed.json()).toMatchObject({ removed: 1, domains: ['b.example'] });
    expect(store.log.read({}).map(({ action, actor }) => [action, actor])).toEqual([
      ['site.edit', 'ada'],
      ['site.tag', 'ada'],
      ['site.share', 'ada'],
      ['site.remove', 'ada'],
    ]);
    expect((await maint(['log', '--json'], { store })).json()).toMatchObject({ total: 4 });
  });

  it('refuses a hostname outside the zone, and an edit of nothing', async () => {
    const outside = await maint(['site', 'edit', 'a.example', '--set-hostname', 'www.other.example']);
    expect([outside.code, outside.stderr]).toEqual([2, expect.stringContaining('not in the zone a.example')]);
    expect((await maint(['site', 'edit', 'a.example'])).code).toBe(2);
  });

  it('keeps groups', async () => {
    const store = await storeOf(['a.example', 'b.example']);
    expect((await maint(['group', 'create', 'launch'], { store })).code).toBe(0);
    expect((await maint(['group', 'create', 'launch'], { store })).code).toBe(2);
    expect((await maint(['group', 'add', 'launch'], { store })).code).toBe(2);
    await maint(['group', 'add', 'launch', 'a.example', 'b.example'], { store });
    await maint(['group', 'remove', 'launch', 'b.example'], { store });
    const shown = await maint(['group', 'show', 'launch', '--json'], { store });
    expect(shown.json()).toMatchObject({ group: { name: 'launch', domains: ['a.example'] } });
    const unknown = await maint(['group', 'show', 'lunch'], { store });
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("Did you mean 'launch'?")]);
    expect((await maint(['group', 'delete', 'launch', '--yes'], { store })).code).toBe(0);
    expect((await maint(['group', 'list', '--json'], { store })).json()).toMatchObject({ total: 0 });
  });
});

describe('every command with --json', () => {
  it.each([
    [['--version']],
    [['list', '--help']],
    [['--help']],
    [['nonsense']],
    [['list', '--nonsense']],
    [['site']],
    [[]],
    [['stats']],
    [['event', 'list']],
    [['event', 'show', 'none']],
    [['db', 'path']],
    [['completion', 'bash']],
    [['page', 'preview']],
    [['discover']],
  ])('%j leaves exactly one document', async (argv) => {
    const run = await maint([...argv, '--json']);
    expect(run.json()).toMatchObject({ schema: 1, ok: run.code === 0 });
  });

  it('--quiet silences talk, not failures', async () => {
    expect((await maint(['list', '--state', 'failing', '--quiet'])).stderr).toBe('');
    expect((await maint(['nonsense', '--quiet'])).stderr).toContain('Unknown command');
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('writes a script for %s', async (shell) => {
    const { stdout, code } = await maint(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['site', 'enable', 'existing-routes', '__complete']) expect(stdout).toContain(word);
  });

  it('is silent where there is no store', async () => {
    const run = await maint(['__complete', 'domain']);
    expect([run.code, run.stdout, run.stderr, run.opened]).toEqual([0, '', '', []]);
  });
});
