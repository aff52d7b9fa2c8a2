import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bench, startBench } from '../support/bench.js';
import { anyDocument, changedDocument, documentOf, listDocument } from '../support/documents.js';
import type { Run } from '../support/run-maint.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';
const CLINIC = 'elm-clinic.example';

let bench: Bench;
const as = (user: string, ...argv: string[]) => bench.maint(...argv, '--as', user);
const errorOf = (run: Run) => documentOf(run, anyDocument).error!;
const seenBy = async (user: string, ...argv: string[]) => {
  const { sites } = documentOf(await as(user, 'list', ...argv, '--json'), listDocument);
  return sites.map(({ domain }) => domain);
};
const logged = z.looseObject({
  ...anyDocument.shape,
  entries: z.array(
    z.looseObject({
      action: z.string(),
      actor: z.string(),
      domain: z.string().nullable(),
      message: z.string(),
    }),
  ),
});
const logOf = async (...argv: string[]) =>
  documentOf(await bench.maint('log', '--json', ...argv), logged).entries;

/** BAKERY belongs to bob, who has vera look at it, otto operate it and olga own it too. LAW is carl's. */
beforeAll(async () => {
  bench = await startBench();
  await bench.maint('discover');
  await bench.maint('site', 'edit', BAKERY, '--set-owner', 'bob');
  await bench.maint('site', 'edit', LAW, '--set-owner', 'carl');
  for (const [user, role] of [
    ['vera', 'viewer'],
    ['otto', 'operator'],
    ['olga', 'owner'],
  ] as const) {
    expect((await as('bob', 'site', 'share', BAKERY, '--with', user, '--role', role)).code).toBe(0);
  }
});
afterAll(() => bench.close());

describe('--as', () => {
  it('shows what is theirs, shared with them, or nobody’s', async () => {
    const all = documentOf(await bench.maint('list', '--json'), listDocument).sites.map(
      ({ domain }) => domain,
    );
    expect(all).toEqual(expect.arrayContaining([BAKERY, LAW, CLINIC]));
    for (const user of ['bob', 'vera', 'otto', 'olga']) {
      expect(await seenBy(user)).toEqual(all.filter((domain) => domain !== LAW));
    }
    expect(await seenBy('eve')).toEqual(all.filter((domain) => domain !== LAW && domain !== BAKERY));
    expect(await seenBy('eve', '--domain', 'harbour-*')).toEqual([]);
  });

  it.each([['list'], ['status'], ['doctor'], ['target', 'list']])(
    'refuses to %s %s what is named and not theirs to see',
    async (...words) => {
      const run = await as('eve', ...words, CLINIC, BAKERY, '--json');
      expect([run.code, errorOf(run).code]).toEqual([7, 'guard-refused']);
      expect(errorOf(run).message).toContain(`${BAKERY} (bob)`);
    },
  );

  it('tells scripts what a filter left out', async () => {
    const run = await as('eve', 'status', '--offline', '--json');
    const { warnings } = documentOf(
      run,
      z.looseObject({ ...anyDocument.shape, warnings: z.array(z.string()) }),
    );
    expect(warnings).toEqual(['Left out: 2 sites of somebody else.']);
  });

  it('has changes by filter pass over what they do not see, and says so', async () => {
    const run = await as('eve', 'site', 'tag', '--all', '--add', 'seen', '--json');
    const { sites } = documentOf(run, changedDocument);
    expect(sites.map(({ domain }) => domain)).not.toContain(BAKERY);
    expect(run.stderr).toContain('Left out: 2 sites of somebody else.');
  });
});

describe('a change of a site of somebody else', () => {
  it.each([
    ['vera', ['enable', BAKERY, '--yes', '--no-verify']],
    ['eve', ['enable', BAKERY, CLINIC, '--yes', '--no-verify']],
    ['eve', ['disable', BAKERY, '--yes']],
    ['eve', ['site', 'edit', BAKERY, '--set-name', 'Mine']],
    ['vera', ['site', 'tag', BAKERY, '--add', 'mine']],
    ['eve', ['site', 'share', BAKERY, '--with', 'eve', '--role', 'owner']],
    ['otto', ['site', 'share', BAKERY, '--with', 'eve']],
    ['otto', ['site', 'edit', BAKERY, '--set-owner', 'otto']],
    ['otto', ['site', 'edit', BAKERY, '--set-token', '']],
    ['otto', ['site', 'remove', BAKERY, '--yes']],
    ['eve', ['target', 'add', BAKERY, '--no-try']],
  ])('by %s is refused: %j', async (user, argv) => {
    const before = await bench.withStore((store) => store.sites.byDomain(BAKERY));
    const sent = bench.sandbox.mutations().length;
    const run = await as(user, ...argv, '--json');
    expect([run.code, errorOf(run).code]).toEqual([7, 'guard-refused']);
    expect(errorOf(run).message).toContain(`${BAKERY} (bob)`);
    expect(bench.sandbox.mutations()).toHaveLength(sent);
    expect(await bench.withStore((store) => store.sites.byDomain(BAKERY))).toEqual(before);
    const last = (await logOf('--site', BAKERY)).at(-1)!;
    expect(last).toMatchObject({ action: 'guard.refused', actor: user, domain: BAKERY });
    expect(last.message).toContain('owned by bob');
  });

  it('is done where it is shared to operate, or to own', async () => {
    expect((await as('otto', 'site', 'edit', BAKERY, '--set-name', 'Bread')).code).toBe(0);
    expect((await as('otto', 'enable', BAKERY, '--yes', '--no-verify')).code).toBe(0);
    expect((await as('otto', 'disable', BAKERY, '--yes', '--no-verify')).code).toBe(0);
    expect((await as('olga', 'site', 'share', BAKERY, '--with', 'max')).code).toBe(0);
    expect((await as('olga', 'site', 'share', BAKERY, '--revoke', 'max')).code).toBe(0);
  });

  it('is done when forced, and the log tells', async () => {
    expect((await as('eve', 'site', 'tag', BAKERY, '--add', 'forced', '--force')).code).toBe(0);
    expect((await as('eve', 'enable', BAKERY, '--force', '--no-verify')).code).toBe(0);
    expect((await as('eve', 'disable', BAKERY, '--force', '--no-verify')).code).toBe(0);
    const overridden = (await logOf('--site', BAKERY)).filter(({ action }) => action === 'guard.overridden');
    expect(overridden.map(({ actor, message }) => [actor, message.split(':')[0]])).toEqual([
      ['eve', 'site.tag'],
      ['eve', 'enable'],
      ['eve', 'disable'],
    ]);
  });
});

describe('the monitor', () => {
  it('acts on what its owner asked for in advance, whoever it runs as', async () => {
    const targets = [BAKERY, '--failures', '1', '--recoveries', '1', '--no-try'];
    const policy = ['--auto-enable', '--auto-disable'];
    expect((await as('bob', 'target', 'add', ...targets, ...policy)).code).toBe(0);
    const pass = () =>
      bench.maintWith({ env: { MAINT_ACTOR: 'monitor' } }, 'monitor', '--once', '--now', '--witness', 'none');
    expect((await pass()).code).toBe(0);
    expect(bench.routesOf(BAKERY).some(({ script }) => script?.startsWith('maint-'))).toBe(true);
    const refused = await bench.maintWith({ env: { MAINT_ACTOR: 'monitor' } }, 'disable', BAKERY, '--yes');
    expect(refused.code).toBe(7);
    expect((await as('bob', 'target', 'remove', BAKERY, '--yes')).code).toBe(0);
    expect((await as('bob', 'disable', BAKERY, '--yes', '--no-verify')).code).toBe(0);
  });
});

describe('a group', () => {
  it('takes in no site of somebody else, and is not deleted with one in it', async () => {
    await bench.maint('group', 'create', 'bread');
    expect((await as('eve', 'group', 'add', 'bread', BAKERY)).code).toBe(7);
    expect((await as('bob', 'group', 'add', 'bread', BAKERY)).code).toBe(0);
    expect((await as('eve', 'group', 'remove', 'bread', BAKERY)).code).toBe(7);
    expect((await as('eve', 'group', 'delete', 'bread', '--yes')).code).toBe(7);
    expect((await as('bob', 'group', 'delete', 'bread', '--yes')).code).toBe(0);
  });
});

describe('what nobody owns', () => {
  it('is everybody’s', async () => {
    expect((await as('eve', 'site', 'edit', CLINIC, '--set-owner', 'eve')).code).toBe(0);
    expect((await bench.maint('site', 'edit', CLINIC, '--set-owner', '')).code).toBe(7);
    expect((await as('eve', 'site', 'edit', CLINIC, '--set-owner', '')).code).toBe(0);
  });
});

it('a guard of another kind is recorded too', async () => {
  expect((await bench.maint('enable', '--all', '--max-sites', '1', '--yes')).code).toBe(7);
  const refused = await logOf('--action', 'guard.refused');
  expect(refused.some(({ domain, message }) => domain === null && message.includes('--max-sites'))).toBe(
    true,
  );
});
