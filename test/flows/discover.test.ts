import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { discoverDocument, documentOf, listDocument } from '../support/documents.js';

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** 130 zones, every third of them in the second account: three pages of fifty. */
async function startTwoAccounts(): Promise<Bench> {
  const bench = await startBench({ fleet: 'plain', zones: 130 });
  [...bench.sandbox.state.zones.values()].forEach((zone, index) => {
    if (index % 3 === 0) zone.accountId = bench.accounts[1];
  });
  await bench.sandbox.changed();
  return bench;
}

describe('discover', () => {
  let bench: Bench;
  const discover = async (...argv: string[]) => {
    const run = await bench.maint('discover', '--json', ...argv);
    expect(run.code).toBe(0);
    return documentOf(run, discoverDocument);
  };
  const action = (document: Awaited<ReturnType<typeof discover>>, domain: string) =>
    document.sites.find((site) => site.domain === domain)?.action;

  beforeAll(async () => {
    bench = await startTwoAccounts();
  });
  afterAll(() => bench.close());

  it('makes no store in a dry run and needs a token for reading only', async () => {
    const { result: run, requests } = await bench.requestsOf(() =>
      bench.maintWith(
        { env: { CLOUDFLARE_API_TOKEN: bench.sandbox.tokens.readOnly } },
        ...['discover', '--dry-run', '--json'],
      ),
    );
    const document = documentOf(run, discoverDocument);
    expect(document).toMatchObject({ dryRun: true, discovered: 130, created: 130, updated: 0, missing: 0 });
    expect(requests.map(({ method, path, query }) => `${method} ${path} ${query.page}`)).toEqual([
      'GET /zones 1',
      'GET /zones 2',
      'GET /zones 3',
    ]);
    expect(existsSync(bench.db)).toBe(false);
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  it('takes one account alone, by flag or by environment', async () => {
    const [, second] = bench.accounts;
    const flag = await discover('--dry-run', '--account', second);
    const run = await bench.maintWith(
      { env: { CLOUDFLARE_ACCOUNT_ID: second } },
      ...['discover', '--dry-run', '--json'],
    );
    const variable = documentOf(run, discoverDocument);
    expect(flag.discovered).toBe(44);
    expect(variable.discovered).toBe(44);
    expect(new Set([...flag.sites, ...variable.sites].map((site) => site.accountId))).toEqual(
      new Set([second]),
    );
  });

  it('imports every page of both accounts, with the fields given', async () => {
    const fields = [
      '--environment',
      'staging',
      '--project',
      'alpha',
      '--tag',
      'a',
      '--tag',
      'b',
      '--owner',
      'ann',
    ];
    const { result: document, requests } = await bench.requestsOf(() => discover(...fields));
    expect(document).toMatchObject({
      dryRun: false,
      discovered: 130,
      created: 130,
      unchanged: 0,
      missing: 0,
    });
    expect(document.sites.map((site) => site.domain)).toEqual(
      document.sites.map((site) => site.domain).sort(),
    );
    expect(requests).toHaveLength(3);
    const { total, sites } = documentOf(await bench.maint('list', '--json'), listDocument);
    expect(total).toBe(130);
    expect(sites.filter((site) => site.accountId === bench.accounts[1])).toHaveLength(44);
    for (const site of sites) {
      expect(site).toMatchObject({
        environment: 'staging',
        project: 'alpha',
        tags: ['a', 'b'],
        owner: 'ann',
      });
    }
  });

  it('finds everything unchanged, and a dry run then changes no byte', async () => {
    const before = hashOf(bench.db);
    const document = await discover('--dry-run');
    expect(document).toMatchObject({ created: 0, updated: 0, unchanged: 130, missing: 0 });
    expect(hashOf(bench.db)).toBe(before);
    expect(await discover()).toMatchObject({ created: 0, updated: 0, unchanged: 130, missing: 0 });
  });

  it('never overwrites what a person set', async () => {
    const edit = ['--set-environment', 'production', '--set-project', 'beta', '--set-owner', 'bob'];
    expect((await bench.maint('site', 'edit', 'site-0001.example', ...edit)).code).toBe(0);
    const document = await discover(
      '--environment',
      'testing',
      '--project',
      'gamma',
      '--owner',
      'eve',
      '--tag',
      'z',
    );
    expect(action(document, 'site-0001.example')).toBe('unchanged');
    const { sites } = documentOf(await bench.maint('list', 'site-0001.example', '--json'), listDocument);
    expect(sites).toMatchObject([
      { environment: 'production', project: 'beta', owner: 'bob', tags: ['a', 'b'], status: 'active' },
    ]);
  });

  it('tells new, paused, pending, moved and missing zones', async () => {
    const { state } = bench.sandbox;
    const [first, second] = bench.accounts;
    const zone = (number: string) => state.zones.get(bench.zoneId(`site-${number}.example`))!;
    zone('0002').paused = true;
    zone('0003').status = 'pending';
    zone('0004').accountId = zone('0004').accountId === first ? second : first;
    const gone = zone('0005');
    state.zones.delete(gone.id);
    state.zones.set('f'.repeat(32), { ...zone('0006'), id: 'f'.repeat(32), name: 'brand-new.example' });
    state.routes.set('f'.repeat(32), []);
    await bench.sandbox.changed();

    const document = await discover('--environment', 'development');
    expect(document).toMatchObject({ discovered: 130, created: 1, updated: 3, unchanged: 126, missing: 1 });
    expect(action(document, 'brand-new.example')).toBe('created');
    expect(action(document, 'site-0005.example')).toBe('missing');
    const { sites } = documentOf(await bench.maint('list', '--state', 'inactive', '--json'), listDocument);
    expect(sites.map((site) => site.domain)).toEqual([
      'site-0002.example',
      'site-0003.example',
      'site-0005.example',
    ]);
    expect(sites[1]).toMatchObject({ inactiveReason: expect.stringContaining('pending') });
    const made = documentOf(
      await bench.maint('list', '--environment', 'development', '--json'),
      listDocument,
    );
    expect(made.sites.map((site) => site.domain)).toEqual(['brand-new.example']);

    zone('0002').paused = false;
    state.zones.set(gone.id, gone);
    await bench.sandbox.changed();
    const back = await discover();
    expect([action(back, 'site-0002.example'), action(back, 'site-0005.example')]).toEqual([
      'updated',
      'updated',
    ]);
  });

  it('does not call a zone of another account missing', async () => {
    expect(await discover('--account', bench.accounts[1])).toMatchObject({ missing: 0 });
  });

  it('says on stdout what it found, one line a zone when piped', async () => {
    const piped = await bench.maint('discover');
    const lines = piped.stdout.replace(/\n$/, '').split('\n');
    expect(lines).toHaveLength(131);
    expect(lines.every((line) => line.split('\t').length === 5)).toBe(true);
    const person = await bench.maintWith({ columns: 100 }, 'discover');
    expect(person.stdout).toContain('131 zones: 131 unchanged.');
    expect(person.stderr).toBe('');
  });
});
