import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/store/sqlite.js';
import { type Bench, startBench } from '../support/bench.js';
import { anyDocument, documentOf, listDocument, runDocument } from '../support/documents.js';
import { type Run, Signals } from '../support/run-maint.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';
const CLINIC = 'elm-clinic.example';
const READ = ['Zone Read', 'Workers Routes Read', 'Workers Scripts Read', 'Account Settings Read'];

let bench: Bench;
let before: ReturnType<Bench['sandbox']['snapshot']>;

beforeAll(async () => {
  bench = await startBench();
  before = bench.sandbox.snapshot();
  expect((await bench.maint('discover')).code).toBe(0);
});
afterAll(() => bench.close());
/** Whatever a test broke, `disable` must be able to mend. */
afterEach(async () => {
  bench.sandbox.faults.clear();
  bench.sandbox.rateLimit.set({ limit: 100_000, used: 0 });
  const open = await bench.withStore((store) => store.events.openSites().length);
  if (open === 0 && isDeepStrictEqual(bench.sandbox.snapshot(), before)) return;
  await bench.maint('resume', '--no-verify', '--force');
  await bench.maint('disable', '--all', '--force');
  if (!isDeepStrictEqual(bench.sandbox.snapshot(), before)) throw new Error('not as before');
});

const errorOf = (run: Run) => documentOf(run, anyDocument).error!;
const withToken = (token: string, ...argv: string[]) =>
  bench.maintWith({ env: { CLOUDFLARE_API_TOKEN: token } }, ...argv);
const mutations = () => bench.sandbox.mutations().length;

describe('1: failed', () => {
  it('where the API cannot be reached', async () => {
    const env = { CLOUDFLARE_API_BASE_URL: 'http://127.0.0.1:9/client/v4' };
    const run = await bench.maintWith({ env }, 'discover', '--json');
    expect(run.code).toBe(1);
    expect(errorOf(run).code).toBe('remote-unreachable');
    expect(run.stderr).toContain('error:');
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it('where the API answers with a page of HTML', async () => {
    bench.sandbox.faults.add({ html: 502 });
    const run = await bench.maint('discover', '--json');
    expect(run.code).toBe(1);
    expect(errorOf(run)).toMatchObject({ code: 'remote-unreachable', ray: expect.stringMatching(/-/) });
    expect(run.stdout + run.stderr).not.toContain('<html');
  });

  it('where the rate limit would last longer than --max-wait, at once', async () => {
    bench.sandbox.rateLimit.set({ limit: 20, used: 20 });
    const fresh = path.join(bench.folder, 'limited.db');
    const started = performance.now();
    const run = await bench.maint('discover', '--db', fresh, '--max-wait', '2s', '--json');
    expect(run.code).toBe(1);
    expect(errorOf(run).code).toBe('rate-limited');
    expect(errorOf(run).hint).toContain('--max-wait');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('3: partly done', () => {
  it('where the token may not change the routes of one zone', async () => {
    const token = bench.sandbox.tokens.zones([bench.zoneId(BAKERY), bench.zoneId(LAW)]);
    const run = await withToken(token, 'enable', BAKERY, LAW, CLINIC, '--yes', '--json');
    expect(run.code).toBe(3);
    const document = documentOf(run, runDocument);
    expect(document).toMatchObject({
      error: { code: 'partly-done', message: expect.stringContaining('1 of 3 sites') },
      summary: { selected: 3, changed: 2, failed: 1 },
    });
    expect(document.sites.map((site) => site.outcome)).toEqual(['failed', 'enabled', 'enabled']);
    expect(document.sites[0]!.error).toMatchObject({
      code: 'permission-missing',
      message: expect.stringContaining('Workers Routes'),
    });
    expect(new Set(bench.routesOf(CLINIC).map((route) => route.script))).toEqual(
      new Set(['clinic-booking', 'image-resizer']),
    );
  });
});

describe('4: the token', () => {
  it('is missing', async () => {
    const run = await bench.maintWith(
      { env: { CLOUDFLARE_API_TOKEN: '' } },
      'enable',
      BAKERY,
      '--yes',
      '--json',
    );
    expect(run.code).toBe(4);
    expect(errorOf(run)).toMatchObject({
      code: 'token-missing',
      hint: expect.stringContaining('CLOUDFLARE_API_TOKEN'),
    });
  });

  it('is named by a file that is not there', async () => {
    const env = { CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_API_TOKEN_FILE: '/nowhere/token' };
    const run = await bench.maintWith({ env }, 'discover', '--json');
    expect([run.code, errorOf(run).code]).toEqual([4, 'token-missing']);
  });

  it('comes from a file, or from the flag with a warning', async () => {
    const file = path.join(bench.folder, 'token');
    writeFileSync(file, `${bench.sandbox.tokens.all}\n`, { mode: 0o600 });
    const env = { CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_API_TOKEN_FILE: file };
    expect((await bench.maintWith({ env }, 'discover')).code).toBe(0);
    const none = { CLOUDFLARE_API_TOKEN: '' };
    const flag = await bench.maintWith({ env: none }, 'discover', '--api-token', bench.sandbox.tokens.all);
    expect(flag.code).toBe(0);
    expect(flag.stderr).toContain('process list');
    expect(flag.stderr).not.toContain(bench.sandbox.tokens.all);
  });

  it('is not one of Cloudflare, or expired', async () => {
    const unknown = await withToken('cfut_not-a-token-of-this-cloudflare-0000000000', 'discover', '--json');
    expect(unknown.code).toBe(4);
    const expired = bench.sandbox.tokens.make({ status: 'expired' });
    expect((await withToken(expired, 'enable', BAKERY, '--yes', '--json')).code).toBe(4);
  });

  it.each([
    [
      'Workers Scripts',
      READ.concat('Workers Routes Write').filter((name) => !name.startsWith('Workers Scripts')),
    ],
    ['Workers Scripts', READ.concat('Workers Routes Write')],
    ['Workers Routes', READ.concat('Workers Scripts Write')],
  ])('lacks %s, and the message names it', async (permission, permissions) => {
    const token = bench.sandbox.tokens.make({ permissions });
    const run = await withToken(token, 'enable', BAKERY, '--yes', '--json');
    expect(run.code).toBe(4);
    expect(errorOf(run)).toMatchObject({
      code: 'permission-missing',
      message: expect.stringContaining(permission),
    });
    expect(bench.routesOf(BAKERY)).toEqual([]);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('stops being asked about after an answer of 401', async () => {
    bench.sandbox.faults.add({
      respond: {
        status: 401,
        body: { success: false, errors: [{ code: 1000, message: 'Invalid API Token' }] },
      },
    });
    const { result, requests } = await bench.requestsOf(() =>
      bench.maint('enable', '--all', '--yes', '--json'),
    );
    expect(result.code).toBe(4);
    expect(requests.length).toBeLessThanOrEqual(10);
  });
});

describe('5: conflict', () => {
  const changeAsSomebodyElse = async () => {
    expect((await bench.maint('enable', CLINIC, BAKERY, '--yes')).code).toBe(0);
    for (const route of bench.sandbox.state.routes.get(bench.zoneId(CLINIC))!) {
      if (route.pattern === `${CLINIC}/*`) route.script = 'image-resizer';
    }
    await bench.sandbox.changed();
    return bench.routesOf(CLINIC).find((route) => route.pattern === `${CLINIC}/*`)!;
  };

  it('leaves alone what somebody else changed, restores the rest, and goes by --force', async () => {
    const foreign = { ...(await changeAsSomebodyElse()) };
    const run = await bench.maint('disable', CLINIC, BAKERY, '--yes', '--json');
    expect(run.code).toBe(5);
    const document = documentOf(run, runDocument);
    expect(document.error).toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('--accept-changes'),
    });
    const clinic = document.sites.find((site) => site.domain === CLINIC)!;
    expect(clinic.outcome).toBe('conflict');
    expect(clinic.conflicts).toMatchObject([
      { pattern: `${CLINIC}/*`, wanted: { script: 'clinic-booking' }, found: { script: 'image-resizer' } },
    ]);
    expect(bench.routesOf(CLINIC)).toContainEqual(foreign);
    expect(bench.routesOf(CLINIC)).toHaveLength(2);
    expect(bench.routesOf(BAKERY)).toEqual([]);

    const again = await bench.maint('disable', CLINIC, '--yes', '--json');
    expect(again.code).toBe(5);
    const forced = await bench.maint('disable', CLINIC, '--force', '--json');
    expect(forced.code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('keeps what somebody else changed with --accept-changes, and ends the event', async () => {
    const foreign = { ...(await changeAsSomebodyElse()) };
    const run = await bench.maint('disable', CLINIC, BAKERY, '--accept-changes', '--yes', '--json');
    expect(run.code).toBe(0);
    expect(bench.routesOf(CLINIC)).toContainEqual(foreign);
    const { total } = documentOf(await bench.maint('list', '--state', 'maintenance', '--json'), listDocument);
    expect(total).toBe(0);
    expect(
      [...bench.sandbox.state.scripts.get(bench.accounts[0])!.keys()].some((name) =>
        name.startsWith('maint-'),
      ),
    ).toBe(false);
    for (const route of bench.sandbox.state.routes.get(bench.zoneId(CLINIC))!) {
      if (route.pattern === `${CLINIC}/*`) route.script = 'clinic-booking';
    }
    await bench.sandbox.changed();
  });
});

describe('6: locked', () => {
  it('names who holds the lock, and changes nothing', async () => {
    const holder = {
      runId: 'other-run',
      pid: process.pid,
      host: hostname(),
      command: 'disable',
      actor: 'bob',
      since: new Date().toISOString(),
    };
    await bench.withStore((store) => store.locks.acquire([bench.zoneId(BAKERY)], holder, Date.now(), 60_000));
    const sent = mutations();
    const run = await bench.maint('enable', BAKERY, LAW, '--yes', '--json');
    expect(run.code).toBe(6);
    expect(errorOf(run)).toMatchObject({ code: 'locked', message: expect.stringMatching(/bob \(disable/) });
    expect(mutations()).toBe(sent);
    expect((await bench.maint('enable', LAW, '--yes')).code).toBe(0);
    await bench.withStore((store) => store.locks.release('other-run'));
  });
});

describe('7: guards', () => {
  it('--max-sites', async () => {
    const sent = mutations();
    const run = await bench.maint('enable', '--all', '--max-sites', '3', '--yes', '--json');
    expect(run.code).toBe(7);
    expect(errorOf(run)).toMatchObject({
      code: 'guard-refused',
      message: expect.stringContaining('--max-sites'),
    });
    const dry = await bench.maint('enable', '--all', '--max-sites', '3', '--dry-run', '--json');
    expect(dry.code).toBe(7);
    expect(mutations()).toBe(sent);
    expect((await bench.maint('enable', BAKERY, LAW, '--max-sites', '2', '--yes')).code).toBe(0);
  });

  it('sites of somebody else, unless shared or forced', async () => {
    await bench.maint('site', 'edit', BAKERY, '--set-owner', 'bob');
    const sent = mutations();
    const run = await bench.maint('enable', BAKERY, '--yes', '--json');
    expect(run.code).toBe(7);
    expect(errorOf(run).message).toContain(`${BAKERY} (bob)`);
    expect(mutations()).toBe(sent);
    expect((await bench.maint('enable', BAKERY, '--yes', '--as', 'bob')).code).toBe(0);
    expect((await bench.maint('disable', BAKERY, '--yes', '--json')).code).toBe(7);
    await bench.maint('site', 'share', BAKERY, '--with', 'ann', '--role', 'viewer', '--as', 'bob');
    expect((await bench.maint('disable', BAKERY, '--yes')).code).toBe(7);
    await bench.maint('site', 'share', BAKERY, '--with', 'ann', '--role', 'operator', '--as', 'bob');
    expect((await bench.maint('disable', BAKERY, '--yes')).code).toBe(0);
    await bench.maint('site', 'share', BAKERY, '--revoke', 'ann', '--as', 'bob');
    expect((await bench.maint('enable', BAKERY, '--force')).code).toBe(0);
    await bench.maint('disable', BAKERY, '--force');
    await bench.maint('site', 'edit', BAKERY, '--set-owner', '', '--as', 'bob');
  });

  it('a site in maintenance is not forgotten', async () => {
    await bench.maint('enable', BAKERY, '--yes');
    const run = await bench.maint('site', 'remove', BAKERY, '--yes', '--json');
    expect([run.code, errorOf(run).code]).toEqual([7, 'guard-refused']);
  });
});

describe('8: unknown outcome', () => {
  const REFUSED = {
    status: 401,
    body: { success: false, errors: [{ code: 1000, message: 'Invalid API Token' }] },
  };

  it('where an answer is lost and nothing can be read; resume finishes', async () => {
    bench.sandbox.faults.add({
      method: 'POST',
      path: '/zones/*/workers/routes',
      nth: 1,
      dropAfter: true,
      hook: (_request, when) => {
        if (when === 'after') bench.sandbox.faults.add({ respond: REFUSED });
      },
    });
    const run = await bench.maint('enable', BAKERY, '--yes', '--json');
    expect(run.code).toBe(8);
    const document = documentOf(run, runDocument);
    expect(document).toMatchObject({
      error: { code: 'outcome-unknown', hint: expect.stringContaining('maint resume') },
      summary: { unknown: 1 },
    });
    bench.sandbox.faults.clear();
    bench.landed();
    const resumed = await bench.maint('resume', '--json');
    expect(resumed.code).toBe(0);
    expect(documentOf(resumed, runDocument).sites).toMatchObject([{ domain: BAKERY, outcome: 'enabled' }]);
    expect(bench.routesOf(BAKERY)).toHaveLength(2);
    const idle = await bench.maint('resume', '--json');
    expect(idle.code).toBe(0);
    expect(documentOf(idle, runDocument).sites).toEqual([]);
  });
});

describe('9: the store', () => {
  const db = (name: string) => path.join(bench.folder, name);
  const sendsNothing = async (argv: readonly string[]) => {
    const { result: run, requests } = await bench.requestsOf(() => bench.maint(...argv, '--json'));
    expect(requests).toEqual([]);
    expect(run.code).toBe(9);
    return errorOf(run);
  };

  it('is damaged', async () => {
    writeFileSync(
      db('damaged.db'),
      'this is no database at all, though it is long enough to be looked at '.repeat(20),
    );
    for (const argv of [['list'], ['discover'], ['enable', BAKERY, '--yes'], ['db', 'check']]) {
      expect((await sendsNothing([...argv, '--db', db('damaged.db')])).code).toBe('store-damaged');
    }
  });

  it('is newer than the program, and stays as it is', async () => {
    await bench.maint('discover', '--db', db('newer.db'));
    const store = new Database(db('newer.db'));
    store.pragma('user_version = 9999');
    store.close();
    expect((await sendsNothing(['enable', BAKERY, '--yes', '--db', db('newer.db')])).code).toBe(
      'store-newer',
    );
  });

  it('cannot be written', async () => {
    writeFileSync(db('file'), '');
    expect((await sendsNothing(['discover', '--db', path.join(db('file'), 'maint.db')])).code).toBe(
      'store-unwritable',
    );
  });
});

describe('130 and 143: stopped', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s finishes what is under way; the next run goes on', async (signal, code) => {
    const signals = new Signals();
    bench.sandbox.faults.add({
      method: 'POST',
      path: '/zones/*/workers/routes',
      nth: 2,
      hook: (_request, when) => {
        if (when === 'before') signals.send(signal);
      },
    });
    const options = { signals };
    const sites = [BAKERY, LAW];
    const run = await bench.maintWith(options, 'enable', ...sites, '--concurrency', '1', '--yes', '--json');
    expect(run.code).toBe(code);
    const document = documentOf(run, runDocument);
    expect(document.error).toMatchObject({ code: 'interrupted' });
    expect(document.sites.map((site) => site.outcome)).toContain('skipped');
    expect(run.stderr).toContain('Stopping');
    bench.sandbox.faults.clear();
    const again = await bench.maint('enable', ...sites, '--yes', '--json');
    expect(again.code).toBe(0);
    for (const site of sites) expect(bench.routesOf(site)).toHaveLength(2);
  });

  it('at the question, before anything is changed', async () => {
    const sent = mutations();
    const signals = new Signals();
    const run = await bench.maintWith(
      {
        columns: 80,
        answers: [false],
        signals,
        onQuestion: () => signals.send('SIGINT'),
      },
      ...['enable', BAKERY],
    );
    expect(run.code).toBe(130);
    expect(mutations()).toBe(sent);
  });
});
