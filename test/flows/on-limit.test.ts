/** `enable --on-limit`: what a route does once a Workers Free account has used up its requests of the day. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bench, startBench } from '../support/bench.js';
import { documentOf, runDocument } from '../support/documents.js';
import { startMaint } from '../support/spawn-maint.js';

const limitDocument = runDocument.extend({
  warnings: z.array(z.string()),
  estimate: z.looseObject({ requests: z.int() }).nullable(),
});

const BAKERY = 'harbour-bakery.example';
const CLINIC = 'elm-clinic.example';
const STAGING = 'meadow-staging.example';
const FREE = [BAKERY, STAGING, 'meadow-dev.example', 'cedar-school.example'];

describe('enable --on-limit', () => {
  let bench: Bench;
  let before: unknown;
  const flags = (domain: string) => bench.routesOf(domain).map((route) => route.request_limit_fail_open);
  const run = async (...argv: string[]) => {
    const done = await bench.maint(...argv, '--json', '--yes', '--no-verify');
    return { code: done.code, document: documentOf(done, limitDocument) };
  };

  beforeAll(async () => {
    bench = await startBench();
    await bench.maint('discover');
    before = bench.sandbox.snapshot();
  });
  afterAll(() => bench.close());

  it('sets every route on purpose, tells what it means, and disable puts all back', async () => {
    const { result, requests } = await bench.requestsOf(() =>
      run('enable', ...FREE, '--on-limit', 'fail-open'),
    );
    expect(result.code).toBe(0);
    expect(FREE.flatMap(flags).every(Boolean)).toBe(true);
    expect(result.document.warnings).toEqual([
      expect.stringMatching(/origin without the page until 00:00 UTC/),
    ]);
    // The one call for all routes has no room for the flag.
    expect(requests.filter(({ path }) => path.endsWith('/routes') && /scripts/.test(path))).toEqual([]);
    expect((await run('disable', ...FREE)).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('is kept to by resume, also where the run died before its first route', async () => {
    const env = { ...bench.env, HOME: bench.folder };
    const { process: child, ended } = startMaint(['enable', BAKERY, '--on-limit', 'fail-open', '--yes'], env);
    bench.sandbox.faults.add({
      method: 'POST',
      path: '/zones/*/workers/routes',
      nth: 1,
      hook: async (_request, when) => {
        if (when === 'after') return;
        child.kill('SIGKILL');
        await ended;
        throw new Error('killed');
      },
    });
    expect((await ended).code).toBeNull();
    bench.sandbox.faults.clear();
    expect((await bench.maint('resume')).code).toBe(0);
    expect(flags(BAKERY)).toEqual([true, true]);
    expect((await run('disable', BAKERY)).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('counts a call for each route that fails open, and one for many that do not', async () => {
    const estimate = async (...how: string[]) =>
      (await run('enable', ...FREE, '--dry-run', ...how)).document.estimate?.requests;
    const [none, closed, open] = [
      await estimate(),
      await estimate('--on-limit', 'fail-closed'),
      await estimate('--on-limit', 'fail-open'),
    ];
    expect(closed).toBe(none);
    expect(open).toBe((none ?? 0) + 7);
  });

  it('closes a route that failed open, and gives the flag back', async () => {
    expect(flags(CLINIC)).toEqual([true, false]);
    expect((await run('enable', CLINIC, '--on-limit', 'fail-closed')).code).toBe(0);
    expect(flags(CLINIC)).toEqual([false, false, false]);
    expect((await run('disable', CLINIC)).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('leaves a flag alone where nothing is chosen', async () => {
    expect((await run('enable', CLINIC)).code).toBe(0);
    expect(flags(CLINIC)).toEqual([true, false, false]);
    await run('disable', CLINIC);
  });

  it('is lifted from another machine without a conflict', async () => {
    await run('enable', CLINIC, BAKERY, '--on-limit', 'fail-open');
    const other = { env: { MAINT_DB: path.join(bench.folder, 'other.db') } };
    await bench.maintWith(other, 'discover');
    const lifted = await bench.maintWith(other, 'disable', CLINIC, BAKERY, '--yes', '--json', '--no-verify');
    expect([lifted.code, bench.sandbox.snapshot()]).toEqual([0, before]);
    await run('disable', CLINIC, BAKERY);
  });

  it('is kept by resume', async () => {
    bench.sandbox.faults.add({
      method: 'POST',
      path: '/zones/*/workers/routes',
      nth: 2,
      respond: { status: 403 },
    });
    await run('enable', BAKERY, '--on-limit', 'fail-open');
    bench.sandbox.faults.clear();
    expect(flags(BAKERY)).toEqual([true]);
    await bench.withStore((store) => {
      const [open] = store.events.openSites([BAKERY]);
      store.events.setSiteState(open?.eventId ?? '', [BAKERY], 'opening', new Date().toISOString());
    });
    await bench.maint('resume', '--no-verify');
    expect(flags(BAKERY)).toEqual([true, true]);
    await run('disable', BAKERY);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('says that a page that is up keeps its routes', async () => {
    await run('enable', BAKERY);
    const { document } = await run('enable', BAKERY, '--on-limit', 'fail-open');
    expect(document.warnings).toEqual([expect.stringMatching(/1 site keeps its routes/)]);
    await run('disable', BAKERY);
  });

  it('warns of the limit on a free zone, and not on a paid one', async () => {
    const warnings = async (domain: string) => (await run('enable', domain, '--dry-run')).document.warnings;
    expect(await warnings(STAGING)).toEqual([expect.stringMatching(/^If account .* is on Workers Free/)]);
    expect(await warnings('linden-law.example')).toEqual([]);
  });

  it('refuses another word', async () => {
    const wrong = await bench.maint('enable', BAKERY, '--on-limit', 'open', '--yes');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('fail-open')]);
  });
});
