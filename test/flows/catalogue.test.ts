import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bench, startBench } from '../support/bench.js';
import {
  anyDocument,
  changedDocument,
  documentOf,
  listDocument,
  siteDocument,
} from '../support/documents.js';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  for (const argv of [
    ['discover'],
    ['site', 'edit', '--domain', 'northwind-*', '--set-project', 'northwind'],
    ['site', 'edit', '--domain', '*-staging.example', '--set-environment', 'staging'],
    ['site', 'edit', 'meadow-dev.example', '--set-environment', 'development'],
    ['site', 'edit', 'linden-law.example', 'elm-clinic.example', '--set-project', 'clients'],
    ['site', 'tag', 'elm-clinic.example', 'northwind-shop.example', '--add', 'critical', '--add', 'worker'],
    ['site', 'tag', 'fjord-photo.example', '--add', 'worker'],
    ['group', 'create', 'launch', '--description', 'Autumn'],
    ['group', 'add', 'launch', 'linden-law.example', 'northwind-shop.example'],
    ['site', 'edit', '--domain', 'northwind-*', '--set-owner', 'bob'],
  ]) {
    const run = await bench.maint(...argv);
    expect([argv.join(' '), run.code, run.stderr]).toMatchObject([argv.join(' '), 0, expect.anything()]);
  }
});
afterAll(() => bench.close());

const domains = async (...argv: string[]) => {
  const document = documentOf(await bench.maint('list', '--json', ...argv), listDocument);
  expect(document.total).toBe(document.sites.length);
  return document.sites.map((site) => site.domain.replace('.example', ''));
};
const refusal = async (...argv: string[]) => {
  const { result: run, requests } = await bench.requestsOf(() => bench.maint(...argv, '--json'));
  expect(requests).toEqual([]);
  expect(run.code).toBe(2);
  const { error } = documentOf(run, anyDocument);
  return error!;
};

describe('list', () => {
  it('shows everything, by domain, without a request', async () => {
    const { result, requests } = await bench.requestsOf(() => domains());
    expect(result).toHaveLength(14);
    expect(result).toEqual([...result].sort());
    expect(requests).toEqual([]);
  });

  it.each([
    [['linden-law.example'], ['linden-law']],
    [['LINDEN-LAW.Example.'], ['linden-law']],
    [['--domain', '*-law.example'], ['linden-law']],
    [
      ['--domain', 'northwind-c*', '--domain', '*-law.*'],
      ['linden-law', 'northwind-careers'],
    ],
    [
      ['--environment', 'staging'],
      ['meadow-staging', 'northwind-staging'],
    ],
    [
      ['--environment', 'staging', '--environment', 'development'],
      ['meadow-dev', 'meadow-staging', 'northwind-staging'],
    ],
    [['--environment', 'staging', '--project', 'northwind'], ['northwind-staging']],
    [
      ['--project', 'clients'],
      ['elm-clinic', 'linden-law'],
    ],
    [
      ['--tag', 'worker'],
      ['elm-clinic', 'fjord-photo', 'northwind-shop'],
    ],
    [
      ['--tag', 'worker', '--tag', 'critical'],
      ['elm-clinic', 'northwind-shop'],
    ],
    [
      ['--owner', 'bob', '--exclude-environment', 'staging'],
      ['northwind-careers', 'northwind-outlet', 'northwind-shop'],
    ],
    [
      ['--group', 'launch'],
      ['linden-law', 'northwind-shop'],
    ],
    [['--group', 'launch', '--exclude-tag', 'critical'], ['linden-law']],
    [['--state', 'inactive'], ['old-quarry']],
    [['--state', 'maintenance'], []],
    [
      ['--tag', 'worker', '--exclude-group', 'launch'],
      ['elm-clinic', 'fjord-photo'],
    ],
    [
      ['--tag', 'worker', '--exclude-project', 'clients'],
      ['fjord-photo', 'northwind-shop'],
    ],
    [
      ['--tag', 'worker', '--exclude-owner', 'bob'],
      ['elm-clinic', 'fjord-photo'],
    ],
    [
      ['--tag', 'worker', '--exclude-domain', '*-shop.example'],
      ['elm-clinic', 'fjord-photo'],
    ],
  ])('selects by %j', async (argv, expected) => {
    expect(await domains(...argv)).toEqual(expected);
  });

  it('selects by account, and leaves out', async () => {
    expect(await domains('--account', bench.accounts[1])).toHaveLength(4);
    expect(await domains('--exclude-owner', 'bob')).toHaveLength(10);
    expect(await domains('--all')).toHaveLength(14);
  });

  it('takes domains from standard input', async () => {
    const input = 'linden-law.example\r\n\n# the next one too\nelm-clinic.example # clinic\n';
    const run = await bench.maintWith({ input }, 'list', '-', '--json');
    expect(documentOf(run, listDocument).sites.map((site) => site.domain)).toEqual([
      'elm-clinic.example',
      'linden-law.example',
    ]);
  });

  it.each([
    [['linden-lwa.example'], 'linden-law.example'],
    [['--domain', 'elm-clinik.example'], 'elm-clinic.example'],
    [['--environment', 'prodution'], 'production'],
    [['--project', 'client'], 'clients'],
    [['--tag', 'critcal'], 'critical'],
    [['--owner', 'bobb'], 'bob'],
    [['--group', 'lunch'], 'launch'],
    [['--state', 'maintenence'], 'maintenance'],
    [['--exclude-tag', 'critcal'], 'critical'],
  ])('refuses %j and names the nearest', async (argv, nearest) => {
    const error = await refusal('list', ...argv);
    expect(error.code).toBe('unknown-name');
    expect(error.message).toContain(`'${nearest}'`);
  });

  it('tells all mistakes at once', async () => {
    const error = await refusal('list', 'nope.example', '--tag', 'critcal');
    expect(error.problems).toHaveLength(2);
  });

  it('prints tab-separated fields to a pipe and a table that fits to a person', async () => {
    const piped = await bench.maint('list', '--group', 'launch');
    expect(piped.stdout.split('\n')[0]!.split('\t')[0]).toBe('linden-law.example');
    expect(piped.stdout).not.toContain('\u001b');
    const person = await bench.maintWith({ columns: 60, env: { NO_COLOR: '1' } }, 'list');
    for (const line of person.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(person.stdout).toContain('linden-law.example');
  });
});

describe('site', () => {
  it('adds a sub-domain to its zone by the longest matching name', async () => {
    const run = await bench.maint('site', 'add', 'Pictures.fjord-photo.example', '--tag', 'img', '--json');
    const { site } = documentOf(run, siteDocument);
    expect(run.code).toBe(0);
    expect(site).toMatchObject({
      domain: 'pictures.fjord-photo.example',
      zoneId: bench.zoneId('fjord-photo.example'),
      zoneName: 'fjord-photo.example',
      hostnames: ['pictures.fjord-photo.example'],
      tags: ['img'],
    });
  });

  it('shows one, and suggests where the name is wrong', async () => {
    const run = await bench.maint('site', 'show', 'elm-clinic.example', '--json');
    expect(documentOf(run, siteDocument).site).toMatchObject({
      domain: 'elm-clinic.example',
      project: 'clients',
      tags: ['critical', 'worker'],
      hostnames: ['elm-clinic.example', 'www.elm-clinic.example'],
    });
    expect((await refusal('site', 'show', 'elm-clini.example')).message).toContain('elm-clinic.example');
  });

  it('refuses a domain without a zone, and one that is there', async () => {
    const lost = await bench.maint('site', 'add', 'nowhere.test', '--json');
    expect(lost.code).toBeGreaterThan(0);
    expect(documentOf(lost, anyDocument).error!.message).toContain('nowhere.test');
    const twice = await bench.maint('site', 'add', 'elm-clinic.example', '--json');
    expect(twice.code).toBe(2);
  });

  it('edits, clears and refuses what makes no sense', async () => {
    const set = await bench.maint(
      ...['site', 'edit', 'linden-law.example', '--set-name', 'Linden', '--subdomains', '--json'],
      ...['--set-hostname', 'linden-law.example', '--set-hostname', 'files.linden-law.example'],
    );
    expect(documentOf(set, changedDocument).sites).toMatchObject([
      { name: 'Linden', subdomains: true, hostnames: ['files.linden-law.example', 'linden-law.example'] },
    ]);
    const cleared = await bench.maint(
      ...[
        'site',
        'edit',
        'linden-law.example',
        '--set-name',
        '',
        '--set-hostname',
        '',
        '--no-subdomains',
        '--json',
      ],
    );
    expect(documentOf(cleared, changedDocument).sites).toMatchObject([
      { name: null, subdomains: false, hostnames: ['linden-law.example', 'www.linden-law.example'] },
    ]);
    expect((await refusal('site', 'edit', 'linden-law.example')).code).toBe('usage');
    expect((await refusal('site', 'edit', '--set-name', 'x')).code).toBe('nothing-selected');
    const foreign = await refusal('site', 'edit', 'linden-law.example', '--set-hostname', 'evil.test');
    expect(foreign.message).toContain('not in the zone');
    const wrong = await refusal('site', 'edit', 'linden-law.example', '--set-environment', 'stagin');
    expect(JSON.stringify(wrong)).toContain("'staging'");
  });

  it('shares, revokes and untags', async () => {
    const shared = await bench.maint(
      'site',
      'share',
      'meadow-dev.example',
      '--with',
      'eve',
      '--with',
      'joe',
      '--json',
    );
    expect(documentOf(shared, changedDocument).sites[0]!.sharedWith).toEqual(['eve', 'joe']);
    const revoked = await bench.maint('site', 'share', 'meadow-dev.example', '--revoke', 'eve', '--json');
    expect(documentOf(revoked, changedDocument).sites[0]!.sharedWith).toEqual(['joe']);
    const untagged = await bench.maint('site', 'tag', 'fjord-photo.example', '--remove', 'worker', '--json');
    expect(documentOf(untagged, changedDocument).sites[0]!.tags).toEqual([]);
    await bench.maint('site', 'tag', 'fjord-photo.example', '--add', 'worker');
    expect((await refusal('site', 'tag', 'fjord-photo.example')).code).toBe('usage');
  });

  it('forgets sites that are not in maintenance, after a yes', async () => {
    expect((await refusal('site', 'remove', 'meadow-dev.example')).code).toBe('confirmation-needed');
    const no = await bench.maintWith(
      { columns: 80, answers: [false] },
      'site',
      'remove',
      'meadow-dev.example',
    );
    expect(no.code).toBe(2);
    expect(no.questions).toMatchObject([{ message: expect.stringContaining('1 site') }]);
    const run = await bench.maint('site', 'remove', 'meadow-dev.example', '--yes', '--json');
    const shape = z.looseObject({
      ...anyDocument.shape,
      removed: z.literal(1),
      domains: z.array(z.string()),
    });
    expect(documentOf(run, shape).domains).toEqual(['meadow-dev.example']);
    expect((await refusal('site', 'show', 'meadow-dev.example')).code).toBe('unknown-name');
    await bench.maint('discover');
  });
});

describe('group', () => {
  const group = z.looseObject({
    name: z.string(),
    description: z.string().nullable(),
    domains: z.array(z.string()),
  });
  const shown = z.looseObject({ ...anyDocument.shape, group });

  it('is made, filled, emptied, shown, listed and deleted', async () => {
    expect(documentOf(await bench.maint('group', 'create', 'spring', '--json'), shown).group.domains).toEqual(
      [],
    );
    const added = await bench.maint(
      'group',
      'add',
      'spring',
      '--project',
      'northwind',
      '--as',
      'bob',
      '--json',
    );
    expect(documentOf(added, shown).group.domains).toHaveLength(4);
    const removed = await bench.maint(
      ...'group remove spring northwind-shop.example --as bob --json'.split(' '),
    );
    expect(documentOf(removed, shown).group.domains).toHaveLength(3);
    expect(documentOf(await bench.maint('group', 'show', 'spring', '--json'), shown).group.name).toBe(
      'spring',
    );
    const list = z.looseObject({ ...anyDocument.shape, total: z.int(), groups: z.array(group) });
    const { groups } = documentOf(await bench.maint('group', 'list', '--json'), list);
    expect(groups.map(({ name }) => name)).toEqual(['launch', 'spring']);
    expect((await refusal('group', 'delete', 'spring')).code).toBe('confirmation-needed');
    expect((await bench.maint('group', 'delete', 'spring', '--yes', '--as', 'bob')).code).toBe(0);
    expect((await refusal('group', 'show', 'spring')).code).toBe('unknown-name');
  });

  it('refuses a name that is taken or wrong, and an empty selection', async () => {
    expect((await refusal('group', 'create', 'launch')).code).toBe('usage');
    expect((await refusal('group', 'create', ' ')).code).toBe('usage');
    expect((await refusal('group', 'add', 'launch')).code).toBe('nothing-selected');
    expect((await refusal('group', 'add', 'lunch', 'linden-law.example')).message).toContain('launch');
  });
});

describe('stats', () => {
  it('counts by status, environment and project', async () => {
    const counts = z.record(z.string(), z.int());
    const summary = z.looseObject({
      total: z.int(),
      byStatus: counts,
      byEnvironment: counts,
      byProject: counts,
    });
    const shape = z.looseObject({ ...anyDocument.shape, summary });
    const all = documentOf(await bench.maint('stats', '--json'), shape).summary;
    expect(all.total).toBe(15);
    expect(all.byStatus).toEqual({ active: 14, inactive: 1 });
    expect(Object.values(all.byEnvironment).reduce((sum, count) => sum + count, 0)).toBe(15);
    const some = documentOf(await bench.maint('stats', '--project', 'northwind', '--json'), shape).summary;
    expect(some).toMatchObject({
      total: 4,
      byEnvironment: { production: 3, staging: 1 },
      byProject: { northwind: 4 },
    });
  });
});
