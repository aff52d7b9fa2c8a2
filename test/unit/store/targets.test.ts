import { describe, expect, it } from 'vitest';
import { type CheckResult, DEFAULT_POLICY, type Target, UNCHECKED } from '../../../src/model/target.js';
import { packagedMigrations } from '../../../src/store/migrate.js';
import { openStore } from '../../../src/store/open.js';
import type { Store } from '../../../src/store/store.js';
import { addSites, NOW, newSite, open, raw, temporaryFolder } from './store-fixture.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function withTarget(): Promise<{ store: Store; target: Target }> {
  const store = await open();
  addSites(store, newSite('a.example'), newSite('b.example'));
  const policy = { ...DEFAULT_POLICY, url: 'https://a.example/health/' };
  return { store, target: store.targets.insert('a.example', policy, NOW) };
}

const later = (ms: number) => new Date(Date.parse(NOW) + ms).toISOString();

function result(target: Target, at: string, fields: Partial<CheckResult> = {}): CheckResult {
  return {
    targetId: target.id,
    at,
    verdict: 'success',
    statusCode: 200,
    error: null,
    detail: null,
    connectMs: 12,
    firstByteMs: 40,
    totalMs: 41,
    ...fields,
  };
}

const standing = { ...UNCHECKED, state: 'up', successes: 1, checkedAt: NOW } as const;

describe('targets', () => {
  it('reads back what was inserted', async () => {
    const { store, target } = await withTarget();
    const { id, domain, url, method, intervalMs, expectStatus, standing: stands } = target;
    expect({ id, domain, url, method, intervalMs }).toEqual({
      id: 1,
      domain: 'a.example',
      url: 'https://a.example/health/',
      method: 'GET',
      intervalMs: 60_000,
    });
    expect(expectStatus).toEqual([[200, 399]]);
    expect(stands).toEqual(UNCHECKED);
    expect(store.targets.byDomain('a.example')).toEqual([target]);
    expect(store.targets.byDomain('b.example')).toEqual([]);
    expect(store.targets.timings()).toEqual([
      { id: 1, domain: 'a.example', intervalMs: 60_000, checkedAt: null },
    ]);
  });

  it('refuses a domain that is not in the catalogue', async () => {
    const { store } = await withTarget();
    const add = () =>
      store.targets.insert('c.example', { ...DEFAULT_POLICY, url: 'https://c.example/' }, NOW);
    expect(add).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('starts anew where something else is asked, and goes on where only the rhythm changes', async () => {
    const { store, target } = await withTarget();
    store.targets.record([{ result: result(target, NOW), standing }]);
    store.targets.update(target.id, { intervalMs: 30_000, autoEnable: true });
    expect(store.targets.get(target.id)).toMatchObject({ intervalMs: 30_000, autoEnable: true, standing });
    store.targets.update(target.id, { url: 'https://a.example/' });
    expect(store.targets.get(target.id)?.standing).toEqual(UNCHECKED);
  });

  it('goes with its site, and what is left of its results goes with the next prune', async () => {
    const { store, target } = await withTarget();
    store.targets.record([{ result: result(target, NOW), standing }]);
    store.sites.remove([1]);
    expect(store.targets.list()).toEqual([]);
    store.targets.prune({ rawBefore: later(-30 * DAY), dailyBefore: later(-365 * DAY) });
    expect(store.targets.history(target.id)).toEqual([]);
  });

  it('shows a site as failing only where a target is down', async () => {
    const { store, target } = await withTarget();
    const stateAfter = (state: 'suspect' | 'down') => {
      store.targets.record([{ result: result(target, NOW), standing: { ...standing, state } }]);
      return store.sites.byDomain('a.example')?.state;
    };
    expect([stateAfter('suspect'), stateAfter('down')]).toEqual(['active', 'failing']);
  });
});

describe('a store from before there were health checks', () => {
  it('keeps its targets, with the usual policy', async () => {
    const path = `${temporaryFolder()}/maint.db`;
    const older = await openStore({
      path,
      now: () => new Date(NOW),
      migrations: packagedMigrations().slice(0, 1),
    });
    older.close();
    const file = raw(path);
    file.exec(`insert into sites (domain, zone_id, zone_name, account_id, environment, created_at, updated_at)
      values ('a.example', 'z', 'a.example', 'a', 'production', '${NOW}', '${NOW}')`);
    file.exec(`insert into targets (site_id, url, state, failures, checked_at)
      values (1, 'https://a.example/up', 'down', 3, '${NOW}')`);
    file.close();
    const [target] = (await open({ path })).targets.list();
    expect(target).toMatchObject({ ...DEFAULT_POLICY, url: 'https://a.example/up', createdAt: NOW });
    expect(target?.standing).toMatchObject({ state: 'down', failures: 3, checkedAt: NOW, covered: false });
  });
});

describe('results', () => {
  it('come back as they were, but for the detail', async () => {
    const { store, target } = await withTarget();
    const kinds: Partial<CheckResult>[] = [
      {},
      { statusCode: 204, connectMs: null },
      { verdict: 'failure', statusCode: 503, error: 'http', totalMs: 65_000, firstByteMs: 64_321 },
      { verdict: 'failure', statusCode: null, error: 'timeout', connectMs: null, firstByteMs: null },
      { verdict: 'excused', statusCode: 429, error: 'cloudflare' },
      { verdict: 'excused', statusCode: null, error: 'dns', connectMs: 0, firstByteMs: 0, totalMs: 0 },
    ];
    const written = kinds.map((fields, at) => result(target, later(at * 59 * 60_000 + 1), fields));
    for (const one of written) store.targets.record([{ result: one, standing }]);
    expect(store.targets.history(target.id)).toEqual(written);
  });

  it('keep times to the millisecond over the whole hour, also where the clock went back', async () => {
    const { store, target } = await withTarget();
    const moments = ['12:59:59.999', '12:00:00.000', '12:30:00.001'].map((t) => `2026-11-23T${t}Z`);
    store.targets.record(moments.map((at) => ({ result: result(target, at), standing })));
    expect(store.targets.history(target.id).map((one) => one.at)).toEqual(moments);
  });

  it('are cut by time and number, the newest kept', async () => {
    const { store, target } = await withTarget();
    const times = Array.from({ length: 300 }, (_, minute) => later(minute * 60_000));
    store.targets.record(times.map((at) => ({ result: result(target, at), standing })));
    const some = store.targets.history(target.id, {
      since: times[10] ?? '',
      until: times[200] ?? '',
      limit: 3,
    });
    expect(some.map((one) => one.at)).toEqual(times.slice(198, 201));
  });

  it('of a target that was removed meanwhile are not kept', async () => {
    const { store, target } = await withTarget();
    store.targets.remove(target.id);
    store.targets.record([{ result: result(target, NOW), standing }]);
    expect(store.targets.history(target.id)).toEqual([]);
  });

  it('are recorded all or none', async () => {
    const { store, target } = await withTarget();
    const broken = { result: result(target, NOW), standing: { ...standing, state: 'ill' as 'up' } };
    expect(() => store.targets.record([{ result: result(target, NOW), standing }, broken])).toThrow();
    expect(store.targets.history(target.id)).toEqual([]);
    expect(store.targets.get(target.id)?.standing).toEqual(UNCHECKED);
  });
});

describe('days', () => {
  it('count what was well, failed and was excused, and say how fast the well ones were', async () => {
    const { store, target } = await withTarget();
    const results = Array.from({ length: 20 }, (_, at) =>
      result(target, later(at * 60_000), { totalMs: 41 + at }),
    );
    const failed = result(target, later(1), { verdict: 'failure', error: 'reset', totalMs: 9_000 });
    const excused = result(target, later(2), { verdict: 'excused', error: 'own-page', totalMs: 1 });
    const all = [...results, failed, excused];
    store.targets.record(all.map((one) => ({ result: one, standing })));
    expect(store.targets.daily(target.id)).toEqual([
      {
        targetId: 1,
        day: '2026-11-23',
        checks: 22,
        failures: 1,
        excused: 1,
        uptime: 20 / 21,
        p50Ms: 50,
        p95Ms: 59,
      },
    ]);
  });

  it('are the same before and after their results are dropped', async () => {
    const { store, target } = await withTarget();
    const times = Array.from({ length: 96 }, (_, hour) => later(hour * HOUR));
    store.targets.record(
      times.map((at, n) => ({ result: result(target, at, { totalMs: 50 + n }), standing })),
    );
    const before = store.targets.daily(target.id);
    const limits = { rawBefore: later(2 * DAY), dailyBefore: later(-DAY) };
    expect(store.targets.prune(limits)).toEqual({ results: 36, summaries: 0 });
    expect(store.targets.daily(target.id)).toEqual(before);
    expect(store.targets.history(target.id)[0]?.at).toBe('2026-11-25T00:00:00.000Z');
    expect(store.targets.prune(limits)).toEqual({ results: 0, summaries: 0 });
    store.targets.prune({ ...limits, dailyBefore: '2026-11-24T10:00:00.000Z' });
    expect(store.targets.daily(target.id).map((one) => one.day)).toEqual(
      before.slice(1).map((one) => one.day),
    );
  });
});

describe('the size of the file', () => {
  it('is below ten bytes a result', async () => {
    const folder = temporaryFolder();
    const store = await open({ path: `${folder}/maint.db` });
    addSites(store, newSite('a.example'));
    const target = store.targets.insert('a.example', { ...DEFAULT_POLICY, url: 'https://a.example/' }, NOW);
    const count = 20_000;
    const all = Array.from({ length: count }, (_, minute) =>
      result(target, later(minute * 60_000), {
        connectMs: 20 + (minute % 90),
        firstByteMs: 200,
        totalMs: 215,
      }),
    );
    store.targets.record(all.map((one) => ({ result: one, standing })));
    // `dbstat` is not built in: what the file grows by when the table is copied is what it takes.
    const file = raw(`${folder}/maint.db`);
    const pages = () => file.pragma('page_count', { simple: true }) as number;
    const before = pages();
    file.exec('create table again as select * from checks');
    const bytes = (pages() - before) * 4_096;
    expect(bytes / count).toBeLessThan(10);
  });
});
