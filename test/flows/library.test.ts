import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMaint, type Maint } from '../../src/index.js';
import { type Bench, startBench } from '../support/bench.js';

const DOMAIN = 'harbour-bakery.example';
let bench: Bench;
let maint: Maint;

beforeAll(async () => {
  bench = await startBench();
  maint = await createMaint({
    token: bench.sandbox.tokens.all,
    baseUrl: bench.sandbox.apiUrl,
    dbPath: bench.db,
    actor: 'ann',
    connectTo: { host: '127.0.0.1', port: 9 },
  });
  await maint.discover({ actor: 'ann' });
});
afterAll(async () => {
  await maint.close();
  await bench.close();
});

it('refuses a page that cannot be put up, whole, before it looks at anything', async () => {
  const page = { until: 'tomorrow', contact: 'javascript:1', allowIps: ['nonsense'] };
  const { result, requests } = await bench.requestsOf(() =>
    maint
      .sites()
      .filter({ domain: DOMAIN })
      .enableMaintenance(page)
      .catch((error: unknown) => error),
  );
  expect(result).toMatchObject({
    code: 'usage',
    problems: [
      expect.stringContaining('tomorrow'),
      expect.stringContaining('javascript:1'),
      expect.stringContaining('nonsense'),
    ],
  });
  expect(requests).toEqual([]);
});

it('records an end in UTC, whatever zone it was given in', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const given = until.replace('Z', '+00:00');
  const bakery = maint.sites().filter({ domain: DOMAIN });
  const { eventId } = await bakery.enableMaintenance({ until: given, verify: false });
  expect(maint.store.events.get(eventId ?? '')?.until).toBe(until);
  expect((await bakery.disableMaintenance({ verify: false })).summary.changed).toBe(1);
});

it('gives up a look that is stopped', async () => {
  const stop = AbortSignal.abort();
  await expect(maint.sites().filter({ domain: DOMAIN }).checkStatus({ stop })).rejects.toMatchObject({
    code: 'interrupted',
  });
});

it('keeps its connections when its plain calls are let go', async () => {
  await maint.cloudflare.close();
  await maint.cloudflare[Symbol.asyncDispose]();
  expect(await maint.cloudflare.getZoneByName(DOMAIN)).toMatchObject({ name: DOMAIN });
});

it('sets a domain up in one call, and takes that back', async () => {
  const before = bench.sandbox.snapshot();
  const steps: string[] = [];
  const result = await maint.setup(`shop.${DOMAIN}`, { onStep: ({ name }) => steps.push(name) });
  expect(result).toMatchObject({ success: true, dryRun: false, error: null });
  expect(result.durationMs).toBeGreaterThan(0);
  expect(result.steps.map(({ name }) => name)).toEqual(steps);
  expect(maint.store.sites.byDomain(`shop.${DOMAIN}`)).not.toBeNull();
  expect(await maint.teardown(`shop.${DOMAIN}`)).toMatchObject({ success: true });
  expect(maint.store.sites.byDomain(`shop.${DOMAIN}`)).toBeNull();
  expect(bench.sandbox.snapshot()).toEqual(before);
});

it('tells in the report what is wrong with a setup, wrong use included', async () => {
  const wrong = await maint.setup('no domain');
  expect(wrong).toMatchObject({ success: false, steps: [], error: { code: 'usage' } });
  const unknown = await maint.setup('nowhere.test');
  expect(unknown).toMatchObject({
    success: false,
    error: { code: 'unknown-name', hint: expect.any(String) },
  });
  await expect(maint.setup()).rejects.toMatchObject({ code: 'usage' });
  const reports = await maint.setupAll({ dryRun: true });
  expect(reports).toHaveLength(maint.store.sites.count());
  expect(reports.some(({ success }) => success)).toBe(true);
});
