import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { documentOf, listDocument, runDocument, statusDocument } from '../support/documents.js';
import { Signals } from '../support/run-maint.js';

const BAKERY = 'harbour-bakery.example';
const CLINIC = 'elm-clinic.example';
const SHOP = 'northwind-shop.example';

let bench: Bench;
let before: ReturnType<Bench['sandbox']['snapshot']>;

beforeAll(async () => {
  bench = await startBench();
  before = bench.sandbox.snapshot();
  await bench.maint('discover');
});
afterAll(() => bench.close());

const statusOf = async (...argv: string[]) => {
  const document = documentOf(await bench.maint('status', ...argv, '--json'), statusDocument);
  return { document, site: (domain: string) => document.sites.find((site) => site.domain === domain)! };
};
/** A second machine: the same Cloudflare, a store of its own. */
const machineB = () => {
  const env = { MAINT_DB: path.join(bench.folder, `${randomUUID()}.db`), MAINT_ACTOR: 'bob' };
  return (...argv: string[]) => bench.maintWith({ env }, ...argv);
};

describe('status', () => {
  it('counts all sites by status, environment and project, and finds them live', async () => {
    const { document } = await statusOf();
    expect(document.summary.total).toBe(14);
    expect(document.summary.byStatus).toEqual({ active: 13, inactive: 1 });
    expect(document.summary.byEnvironment).toEqual({ production: 14 });
    expect(
      new Set(document.sites.map((site) => `${site.recorded} ${site.observed} ${site.verified}`)),
    ).toEqual(new Set(['live live null']));
  });

  it('sends nothing with --offline', async () => {
    await bench.maint('enable', BAKERY, '--yes');
    const { result, requests } = await bench.requestsOf(() => statusOf('--offline'));
    expect(requests).toEqual([]);
    expect(result.site(BAKERY)).toMatchObject({ recorded: 'maintenance', observed: 'unknown', drift: false });
    expect(result.site(CLINIC)).toMatchObject({ recorded: 'live', observed: 'unknown', drift: false });
    const none = await bench.maintWith(
      { env: { CLOUDFLARE_API_TOKEN: '' } },
      'status',
      '--offline',
      '--json',
    );
    expect(none.code).toBe(0);
    await bench.maint('disable', BAKERY, '--yes');
  });

  it('looks at the selected sites only', async () => {
    const { document } = await statusOf('--account', bench.accounts[1]);
    expect(document.sites).toHaveLength(4);
  });

  it('tells of drift, partly covered hosts and dodging routes', async () => {
    await bench.maint('enable', BAKERY, CLINIC, SHOP, '--existing-routes', 'take-over', '--yes');
    const routes = (domain: string) => bench.sandbox.state.routes.get(bench.zoneId(domain))!;
    const saved = new Map([BAKERY, CLINIC].map((domain) => [domain, structuredClone(routes(domain))]));
    bench.sandbox.state.routes.set(bench.zoneId(BAKERY), []);
    routes(CLINIC).push({
      ...routes(CLINIC)[0]!,
      id: 'e'.repeat(32),
      pattern: `${CLINIC}/new/*`,
      script: null,
    });
    await bench.sandbox.changed();

    const run = await bench.maint('status', '--exit-code', '--json');
    expect(run.code).toBe(10);
    expect(documentOf(run, statusDocument).error).toMatchObject({ code: 'drift' });
    expect((await bench.maint('status')).code).toBe(0);
    const { site } = await statusOf();
    expect(site(BAKERY)).toMatchObject({ recorded: 'maintenance', observed: 'live', drift: true });
    expect(site(CLINIC)).toMatchObject({
      recorded: 'maintenance',
      observed: 'partial',
      drift: true,
      dodged: [{ pattern: `${CLINIC}/new/*`, script: null, reason: expect.any(String) }],
    });
    expect(site(SHOP)).toMatchObject({ recorded: 'maintenance', observed: 'maintenance', drift: false });
    const person = await bench.maintWith({ columns: 100 }, 'status');
    expect(person.stdout).toContain(`${CLINIC}/new/*`);

    for (const [domain, earlier] of saved) bench.sandbox.state.routes.set(bench.zoneId(domain), earlier);
    await bench.sandbox.changed();
    expect((await bench.maint('disable', '--state', 'maintenance', '--yes')).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('carries the error of a zone that the token may not read', async () => {
    const token = bench.sandbox.tokens.zones([bench.zoneId(BAKERY)]);
    const run = await bench.maintWith(
      { env: { CLOUDFLARE_API_TOKEN: token } },
      'status',
      BAKERY,
      CLINIC,
      '--json',
    );
    const { sites } = documentOf(run, statusDocument);
    expect(sites).toMatchObject([
      { domain: CLINIC, observed: 'unknown', drift: false, error: { code: 'permission-missing' } },
      { domain: BAKERY, observed: 'live', error: null },
    ]);
  });

  it('marks what is past its end', async () => {
    await bench.maint('enable', BAKERY, '--for', '1m', '--yes');
    await bench.withStore((store) => {
      const [open] = store.events.openSites([BAKERY]);
      store.events.update(open!.eventId, { until: '2026-01-01T00:00:00.000Z' });
    });
    const { site } = await statusOf(BAKERY);
    expect(site(BAKERY).notes).toContainEqual(expect.stringMatching(/^Overdue/));
    const summary = await bench.maintWith({ columns: 80, env: { NO_COLOR: '1' } });
    expect(summary.stdout).toContain('past the expected end');
    await bench.maint('disable', BAKERY, '--yes');
  });

  it('finds no drift in routes that the event chose to keep, but in a page that is not whole', async () => {
    await bench.maint('enable', CLINIC, '--existing-routes', 'keep', '--yes');
    const kept = (await statusOf('--exit-code')).site(CLINIC);
    expect(kept).toMatchObject({ observed: 'partial', drift: false });
    expect(kept.dodged.map(({ pattern }) => pattern)).toContain(`${CLINIC}/*`);
    await bench.maint('site', 'edit', CLINIC, '--subdomains');
    expect((await statusOf()).site(CLINIC)).toMatchObject({ observed: 'partial', drift: true });
    await bench.maint('site', 'edit', CLINIC, '--no-subdomains');
    await bench.maint('disable', CLINIC, '--yes');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('tells of a page that ended by itself, which is not overdue', async () => {
    await bench.maint('enable', BAKERY, '--for', '1m', '--auto-end', '--yes');
    await bench.withStore((store) => {
      const [open] = store.events.openSites([BAKERY]);
      store.events.update(open!.eventId, { until: '2026-01-01T00:00:00.000Z' });
    });
    const { notes } = (await statusOf(BAKERY)).site(BAKERY);
    expect(notes).toEqual([
      'It ended by itself at 2026-01-01T00:00:00.000Z; `maint disable` restores the routes.',
    ]);
    const { sites } = documentOf(await bench.maint('list', BAKERY, '--json'), listDocument);
    expect(sites[0]!.maintenance).toMatchObject({ autoEnd: true });
    const summary = await bench.maintWith({ columns: 80, env: { NO_COLOR: '1' } });
    expect(summary.stdout).toContain('ended by itself');
    expect(summary.stdout).not.toContain('past the expected end');
    await bench.maint('disable', BAKERY, '--yes');
  });

  it('goes on with --watch until it is stopped', async () => {
    const signals = new Signals();
    let waits = 0;
    const meanwhile = () => {
      waits += 1;
      if (waits === 2) signals.send('SIGINT');
    };
    const run = await bench.maintWith(
      { signals, meanwhile },
      ...['status', BAKERY, '--offline', '--watch', '1', '--json'],
    );
    expect(run.code).toBe(130);
    const documents = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { command: string });
    expect(documents).toHaveLength(3);
    expect(documents.every(({ command }) => command === 'status')).toBe(true);
  });
});

describe('two machines', () => {
  it('the other sees the page, lifts it exactly, and the first agrees', async () => {
    const b = machineB();
    await b('discover');
    const up = await bench.maint('enable', BAKERY, CLINIC, SHOP, '--reason', 'move', '--yes', '--json');
    const { eventId } = documentOf(up, runDocument);

    const seen = documentOf(await b('status', CLINIC, '--json'), statusDocument).sites[0]!;
    expect(seen).toMatchObject({ recorded: 'live', observed: 'maintenance', drift: true, eventId });
    expect(seen.notes).toContainEqual(expect.stringContaining('another machine'));

    const second = await b('enable', CLINIC, '--yes', '--json');
    expect(documentOf(second, runDocument).sites).toMatchObject([{ outcome: 'unchanged' }]);

    expect((await b('disable', BAKERY, CLINIC, SHOP, '--yes')).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
    const { site } = await statusOf();
    expect(site(CLINIC)).toMatchObject({ recorded: 'maintenance', observed: 'live', drift: true });
    const late = await bench.maint('disable', '--state', 'maintenance', '--yes', '--json');
    expect(late.code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
    expect((await statusOf(CLINIC)).site(CLINIC)).toMatchObject({ recorded: 'live', drift: false });
  });
});

describe('recover', () => {
  it('knows what the event chose for routes of others', async () => {
    await bench.maint('enable', CLINIC, '--existing-routes', 'keep', '--yes');
    const fresh = machineB();
    await fresh('recover');
    const { sites } = documentOf(await fresh('list', '--json'), listDocument);
    expect(sites).toMatchObject([{ domain: CLINIC, maintenance: { existingRoutes: 'keep' } }]);
    expect((await fresh('disable', CLINIC, '--yes')).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
    await bench.maint('disable', CLINIC, '--yes');
  });

  it('rebuilds events and sites from Cloudflare, and disable restores as ever', async () => {
    const up = await bench.maint(
      'enable',
      BAKERY,
      CLINIC,
      SHOP,
      '--reason',
      'move',
      '--message',
      'm',
      '--yes',
      '--json',
    );
    const { eventId } = documentOf(up, runDocument);
    const fresh = machineB();
    const mutations = bench.sandbox.mutations().length;
    const run = await fresh('recover', '--json');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      ok: true,
      events: [{ id: eventId, known: false, domains: expect.arrayContaining([BAKERY, CLINIC, SHOP]) }],
      warnings: [],
    });
    expect(bench.sandbox.mutations()).toHaveLength(mutations);
    const { sites } = documentOf(await fresh('list', '--state', 'maintenance', '--json'), listDocument);
    expect(sites.map((site) => site.domain)).toEqual([CLINIC, BAKERY, SHOP]);
    expect(sites[0]!.maintenance).toMatchObject({ eventId, reason: 'move', message: 'm', actor: 'ann' });
    expect(JSON.parse((await fresh('recover', '--json')).stdout)).toMatchObject({
      events: [{ known: true }],
    });
    expect((await fresh('bypass', CLINIC)).stdout).toBe((await bench.maint('bypass', CLINIC)).stdout);

    const one = machineB();
    await one('recover', '--account', bench.accounts[1]);
    const some = documentOf(await one('list', '--json'), listDocument);
    expect(some.sites.map((site) => site.domain)).toEqual([SHOP]);

    expect((await fresh('disable', '--state', 'maintenance', '--yes')).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
    expect((await bench.maint('disable', '--state', 'maintenance', '--yes')).code).toBe(0);
  });
});
