import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { documentOf, runDocument } from '../support/documents.js';

/** How many calls of the API a run makes, and that the sandbox is as before in the end. */
async function counted(bench: Bench, token: string, ...argv: string[]) {
  const { result: run, requests } = await bench.requestsOf(() =>
    bench.maintWith({ env: { CLOUDFLARE_API_TOKEN: token } }, ...argv, '--yes', '--json'),
  );
  expect([run.code, run.code === 0 ? '' : run.stderr]).toEqual([0, '']);
  const document = documentOf(run, runDocument);
  expect(document.requests).toBe(requests.length);
  return { calls: requests.length, document };
}

describe('500 sites of one account, with a token for all zones', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench({ fleet: 'plain', zones: 500 });
    await bench.maint('discover');
  });
  afterAll(() => bench.close());

  it('go into maintenance with at most 12 calls, and out of it with as few', async () => {
    const before = bench.sandbox.snapshot();
    const { all } = bench.sandbox.tokens;
    const dry = await counted(bench, all, 'enable', '--all', '--dry-run');
    expect(dry.calls).toBeLessThanOrEqual(2);
    const up = await counted(bench, all, 'enable', '--all');
    expect(up.document.summary).toMatchObject({ selected: 500, changed: 500, failed: 0, unknown: 0 });
    expect(up.calls).toBeLessThanOrEqual(12);
    for (const routes of bench.sandbox.state.routes.values()) expect(routes).toHaveLength(2);

    const again = await counted(bench, all, 'enable', '--all');
    expect(again.document.summary).toMatchObject({ changed: 0, unchanged: 500 });
    expect(again.calls).toBeLessThanOrEqual(2);

    const down = await counted(bench, all, 'disable', '--all');
    expect(down.document.summary).toMatchObject({ selected: 500, changed: 500, failed: 0, unknown: 0 });
    expect(down.calls).toBeLessThanOrEqual(12);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('look at 500 sites in few calls', async () => {
    const { requests } = await bench.requestsOf(() => bench.maint('status', '--json'));
    expect(requests.length).toBeLessThanOrEqual(2);
  });
});

describe('with a token limited to zones', () => {
  let bench: Bench;
  let before: ReturnType<Bench['sandbox']['snapshot']>;
  beforeAll(async () => {
    bench = await startBench({ fleet: 'plain', zones: 60, rateLimit: 100_000 });
    await bench.maint('discover');
    before = bench.sandbox.snapshot();
  });
  afterAll(() => bench.close());
  afterEach(async () => {
    if (isDeepStrictEqual(bench.sandbox.snapshot(), before)) return;
    await bench.maint('disable', '--all', '--yes');
    throw new Error('not as before');
  });

  it.each([1, 5, 20, 21, 60])('%i sites take three calls a site each way', async (sites) => {
    const domains = Array.from(
      { length: sites },
      (_, at) => `site-${String(at + 1).padStart(4, '0')}.example`,
    );
    const token = bench.sandbox.tokens.zones(domains.map(bench.zoneId));
    const up = await counted(bench, token, 'enable', ...domains);
    expect(up.document.summary).toMatchObject({ selected: sites, changed: sites });
    // Up to twenty zones are read whatever it costs; beside them stand an upload and a look back.
    const most = sites <= 20 ? 3 * sites + 4 : 3 * sites;
    expect(up.calls).toBeLessThanOrEqual(most);
    const down = await counted(bench, token, 'disable', ...domains);
    expect(down.document.summary).toMatchObject({ selected: sites, changed: sites });
    expect(down.calls).toBeLessThanOrEqual(most);
  });
});

describe('a rate limit in the middle of a run', () => {
  it('ends it where --max-wait is shorter, at once and honestly; the next run goes on', async () => {
    const bench = await startBench({ fleet: 'plain', zones: 1 });
    const [domain, before] = ['site-0001.example', bench.sandbox.snapshot()];
    await bench.maint('discover');
    bench.sandbox.faults.add({
      method: 'POST',
      path: '/zones/*/workers/routes',
      nth: 1,
      hook: (_request, when) => {
        if (when === 'after') bench.sandbox.rateLimit.set({ limit: 20, used: 20 });
      },
    });
    const started = performance.now();
    const run = await bench.maint('enable', domain, '--max-wait', '1s', '--yes', '--json');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect([1, 8]).toContain(run.code);
    const document = documentOf(run, runDocument);
    expect(JSON.stringify(document)).toContain('rate limit');
    expect(document.summary.changed).toBe(0);
    expect(bench.routesOf(domain)).toHaveLength(1);
    bench.sandbox.rateLimit.set({ limit: 100_000, used: 0 });
    // The ledger keeps the block of the first token; another one has a budget of its own.
    const other = { env: { CLOUDFLARE_API_TOKEN: bench.sandbox.tokens.make() } };
    expect((await bench.maintWith(other, 'resume', '--json')).code).toBe(0);
    expect(bench.routesOf(domain)).toHaveLength(2);
    expect((await bench.maintWith(other, 'disable', domain, '--yes')).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
    await bench.close();
  });
});
