/** `maint doctor`: what it finds, what it says to do, and that it changes nothing. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ALL_PERMISSIONS } from '../../src/sandbox/api/permissions.js';
import { type Bench, startBench } from '../support/bench.js';
import { anyDocument, documentOf } from '../support/documents.js';
import type { Run } from '../support/run-maint.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';

const examination = anyDocument.extend({
  summary: z.object({ ok: z.int(), warning: z.int(), failed: z.int(), skipped: z.int() }),
  checks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      area: z.enum(['machine', 'store', 'runs', 'token', 'permissions', 'limits', 'sites']),
      subject: z.string().nullable(),
      status: z.enum(['ok', 'warning', 'failed', 'skipped']),
      message: z.string().regex(/\.$/),
      nextStep: z.string().nullable(),
      code: z.string().nullable(),
    }),
  ),
});

describe('maint doctor', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
    await bench.maint('discover');
  });
  afterAll(() => bench.close());

  const examined = (run: Run) => ({ ...run, document: documentOf(run, examination) });
  const doctor = async (...argv: string[]) => examined(await bench.maint('doctor', '--json', ...argv));
  const doctorWith = async (env: Record<string, string>, ...argv: string[]) =>
    examined(await bench.maintWith({ env }, 'doctor', '--json', ...argv));
  type Examined = Awaited<ReturnType<typeof doctor>>;
  const check = ({ document }: Examined, id: string, subject?: string) =>
    document.checks.find((each) => each.id === id && (subject === undefined || each.subject === subject));
  const troubles = ({ document }: Examined) =>
    document.checks.flatMap(({ id, status }) => (status === 'failed' ? [id] : []));

  it('changes nothing, at Cloudflare or here, and asks little', async () => {
    const hashes = () =>
      readdirSync(bench.folder).map((name) =>
        createHash('sha256')
          .update(readFileSync(path.join(bench.folder, name)))
          .digest('hex'),
      );
    const before = { cloudflare: bench.sandbox.snapshot(), files: hashes() };
    const { result, requests } = await bench.requestsOf(() => doctor('--sites'));
    expect({ cloudflare: bench.sandbox.snapshot(), files: hashes() }).toEqual(before);
    // Two for the token, eight questions in each of two accounts, two a zone, one an account.
    expect(requests.length).toBe(2 + 2 * 8 + 14 * 2 + 2);
    const changing = requests.filter(({ method }) => method !== 'GET');
    expect(changing.length).toBe(2 * 4);
    expect(changing.every(({ status }) => status === 400 || status === 404)).toBe(true);
    expect(result.document.summary.failed).toBe(1);
  });

  it('finds a whole installation in order, apart from what a wide token may', async () => {
    const run = await doctor();
    expect([run.code, troubles(run), run.stderr]).toEqual([0, [], '']);
    const warned = run.document.checks.flatMap(({ title, status }) => (status === 'warning' ? [title] : []));
    expect(warned).toEqual(['Newest backup', 'Zone → DNS → Edit', 'Zone → Zone Settings → Edit']);
    expect(
      run.document.checks.every(({ status, nextStep }) => (status === 'warning') === (nextStep !== null)),
    ).toBe(true);
    expect(check(run, 'token')?.message).toContain('a user and comes from CLOUDFLARE_API_TOKEN');
    expect(check(run, 'workers-plan')).toMatchObject({
      status: 'skipped',
      message: expect.stringMatching(/cannot be read.*100,000 requests a day.*error 1027/),
    });
  });

  it('is content with a token that may do no more than the work needs', async () => {
    const narrow = [
      'Zone Read',
      'Workers Routes Write',
      'Workers Scripts Write',
      'DNS Read',
      'Zone Settings Read',
    ];
    const run = await doctorWith({
      CLOUDFLARE_API_TOKEN: bench.sandbox.tokens.make({ permissions: narrow }),
    });
    const asked = run.document.checks.filter(({ area }) => area === 'permissions');
    expect([run.code, asked.map(({ status }) => status)]).toEqual([0, asked.map(() => 'ok')]);
  });

  it.each([
    [/^Zone (Read|Write)$/, 'token-zones', 'failed', /Zone → Zone → Read/],
    [/^Workers Routes/, 'permission Zone → Workers Routes → Edit', 'failed', /needed by enable, disable/],
    [
      /^Workers Scripts/,
      'permission Account → Workers Scripts → Edit',
      'failed',
      /needed by enable, disable/,
    ],
    [/^DNS/, 'permission Zone → DNS → Read', 'warning', /needed by setup/],
    [/^Zone Settings/, 'permission Zone → Zone Settings → Read', 'warning', /needed by setup/],
  ])('names the permission that a token without %s lacks', async (group, id, status, text) => {
    const permissions = ALL_PERMISSIONS.filter((name) => !group.test(name));
    const run = await doctorWith({ CLOUDFLARE_API_TOKEN: bench.sandbox.tokens.make({ permissions }) });
    expect(check(run, id)).toMatchObject({ status, message: expect.stringMatching(text) });
    expect(run.code).toBe(status === 'failed' ? 4 : 0);
  });

  it('tells a token for looking from one for changing', async () => {
    const run = await doctorWith({ CLOUDFLARE_API_TOKEN: bench.sandbox.tokens.readOnly });
    expect([run.code, troubles(run)]).toEqual([
      4,
      ['permission Zone → Workers Routes → Edit', 'permission Account → Workers Scripts → Edit'],
    ]);
    expect(run.document.error).toMatchObject({ code: 'permission-missing' });
  });

  it('warns of a token that sees more, or less, than the catalogue', async () => {
    const less = await doctorWith({
      CLOUDFLARE_API_TOKEN: bench.sandbox.tokens.zones([bench.zoneId(BAKERY)]),
    });
    expect(check(less, 'reach')).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/and 10 more/),
    });
    const empty = { MAINT_DB: path.join(bench.folder, 'small', 'maint.db') };
    await bench.maintWith({ env: empty }, 'site', 'add', BAKERY);
    const more = await doctorWith(empty);
    expect(check(more, 'token-scope')).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/13 zones that are not in the catalogue/),
    });
  });

  it.each([
    ['soon', { expiresOn: new Date(Date.now() + 3 * 86_400_000).toISOString() }, 'warning', 0],
    ['later', { expiresOn: new Date(Date.now() + 90 * 86_400_000).toISOString() }, 'ok', 0],
  ])('sees that a token ends %s', async (_when, wishes, status, code) => {
    const run = await doctorWith({ CLOUDFLARE_API_TOKEN: bench.sandbox.tokens.make(wishes) });
    expect([run.code, check(run, 'token-expiry')?.status]).toEqual([code, status]);
  });

  it.each([
    ['missing', () => '', 'token-missing'],
    ['unknown', () => 'x'.repeat(40), 'token-invalid'],
    ['expired', () => bench.sandbox.tokens.make({ expiresOn: '2020-01-01T00:00:00Z' }), 'token-invalid'],
    ['disabled', () => bench.sandbox.tokens.make({ status: 'disabled' }), 'token-invalid'],
  ])('says that a token is %s, exit 4, and looks at the rest all the same', async (_what, token, code) => {
    const run = await doctorWith({ CLOUDFLARE_API_TOKEN: token() });
    expect([run.code, run.document.error?.code, check(run, 'token')?.status]).toEqual([4, code, 'failed']);
    expect([check(run, 'store')?.status, check(run, 'disk')?.status]).toEqual(['ok', 'ok']);
  });

  it('tells a refused API from a refused token: exit 1', async () => {
    bench.sandbox.faults.add({ respond: { status: 400, body: 'not the API' } });
    const run = await doctor();
    bench.sandbox.faults.clear();
    expect([run.code, check(run, 'token')?.status]).toEqual([1, 'failed']);
  });

  it('examines each named token', async () => {
    const folder = path.join(bench.folder, '.config', 'maint', 'tokens');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [name, token] of [
      ['agency', bench.sandbox.tokens.zones([bench.zoneId(BAKERY)])],
      ['broken', 'y'.repeat(40)],
    ] as const)
      writeFileSync(path.join(folder, name), token, { mode: 0o600 });
    const run = await doctorWith({ CLOUDFLARE_API_TOKEN: '' });
    expect([run.code, check(run, 'token', 'agency')?.status, check(run, 'token', 'broken')?.status]).toEqual([
      4,
      'ok',
      'failed',
    ]);
  });

  it('makes no store where there is none', async () => {
    const file = path.join(bench.folder, 'none', 'maint.db');
    const run = await doctorWith({ MAINT_DB: file });
    expect([run.code, check(run, 'store')?.status, existsSync(path.dirname(file))]).toEqual([
      0,
      'skipped',
      false,
    ]);
  });

  it('sees files that others may read, and leaves their modes alone', async () => {
    chmodSync(bench.db, 0o644);
    const run = await doctor();
    expect(check(run, 'store-modes')).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/\(0644\)/),
    });
    expect(statSync(bench.db).mode & 0o777).toBe(0o644);
    await bench.maint('discover');
    expect(check(await doctor(), 'store-modes')?.status).toBe('ok');
  });

  it('warns of a token file that others may read', async () => {
    const file = path.join(bench.folder, 'token');
    writeFileSync(file, bench.sandbox.tokens.all, { mode: 0o644 });
    const env = { CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_API_TOKEN_FILE: file };
    const run = await doctorWith(env);
    const message = `Others on this machine can get at ${file} (0644).`;
    expect([run.code, check(run, 'token-file')]).toMatchObject([0, { status: 'warning', message }]);
    chmodSync(file, 0o600);
    expect(check(await doctorWith(env), 'token-file')?.status).toBe('ok');
  });

  it('names the newest good backup, also where the store is damaged: exit 9', async () => {
    const copy = path.join(bench.folder, 'damaged.db');
    const env = { MAINT_DB: copy };
    await bench.maint('db', 'backup', copy);
    await bench.maintWith({ env }, 'db', 'backup');
    expect(check(await doctorWith(env), 'backup')?.status).toBe('ok');
    const bytes = readFileSync(copy);
    bytes.fill(0x5a, 4096, 12_288);
    writeFileSync(copy, bytes);
    const run = await doctorWith(env);
    expect([run.code, run.document.error?.code]).toEqual([9, 'store-damaged']);
    expect(check(run, 'store')?.nextStep).toContain(`${copy}.backup-by-hand-`);
    expect([check(run, 'token')?.status, check(run, 'locks')?.status]).toEqual(['ok', 'skipped']);
    expect(readFileSync(copy).equals(bytes)).toBe(true);
  });

  it('sees runs that are at work, and what died in the middle', async () => {
    const holder = { runId: 'r1', pid: process.pid, host: 'elsewhere', command: 'enable', actor: 'eve' };
    const now = new Date();
    await bench.withStore((store) =>
      store.locks.acquire(
        [bench.zoneId(LAW)],
        { ...holder, since: now.toISOString() },
        now.getTime(),
        60_000,
      ),
    );
    expect(check(await doctor(), 'locks')).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/enable by eve on elsewhere/),
    });
    await bench.withStore((store) =>
      store.locks.acquire([bench.zoneId(LAW)], { ...holder, since: now.toISOString() }, now.getTime(), -1),
    );
    await bench.maint('enable', LAW, '--yes', '--no-verify');
    await bench.withStore((store) => {
      const [open] = store.events.openSites([LAW]);
      store.events.setSiteState(open?.eventId ?? '', [LAW], 'closing', now.toISOString());
    });
    const run = await doctor();
    expect(check(run, 'unfinished')).toMatchObject({ status: 'warning', message: `${LAW} half done.` });
  });

  it('tells of a setup that was killed in its rehearsal; resume says that it took that away', async () => {
    const site = await bench.withStore((store) => store.sites.byDomain(BAKERY)!);
    const { domain, zoneId, accountId } = site;
    await bench.withStore((store) =>
      store.setup.intend({
        ...{ domain, zoneId, accountId, before: null, after: null, actor: 'ann' },
        kind: 'rehearsal-script',
        subject: 'maint-rehearsal-0123456789abcdef',
        at: new Date(Date.now() - 3_600_000).toISOString(),
      }),
    );
    bench.landed();
    const found = check(await doctor(), 'unfinished');
    expect(found).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(`${BAKERY} half set up.`),
    });
    const resumed = await bench.maint('resume', '--no-verify');
    expect([resumed.code, resumed.stderr]).toEqual([
      0,
      expect.stringContaining(`Took away what 1 interrupted setup left: ${BAKERY}.`),
    ]);
    expect(check(await doctor(), 'unfinished')?.status).toBe('ok');
  });

  it('answers people with signs and next steps, and pipes with a line a check', async () => {
    const person = await bench.maintWith({ columns: 80 }, 'doctor');
    expect(person.stdout).toMatch(/^\S*✓.* Node\.js: Version/m);
    expect(person.stdout).toMatch(/→ Run `maint db backup`/);
    expect(person.stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    const pipe = await bench.maint('doctor');
    expect(pipe.stdout).toMatch(/^ok\t\tNode\.js\tVersion [\d.]+\.\t$/m);
  });
});

describe('maint doctor --sites', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
    await bench.maint('discover');
  });
  afterAll(() => bench.close());

  const look = async (domain: string, ...argv: string[]) => {
    const run = await bench.maint('doctor', domain, '--json', ...argv);
    const { checks } = documentOf(run, examination);
    const sites = checks.filter(({ area }) => area === 'sites');
    expect(new Set(sites.map(({ subject }) => subject))).toEqual(new Set([domain]));
    return { code: run.code, ...Object.fromEntries(sites.map(({ id, ...rest }) => [id, rest])) };
  };
  const edit = async (change: () => void) => {
    change();
    await bench.sandbox.changed();
  };
  const recordsOf = (domain: string) => bench.sandbox.state.dns.get(bench.zoneId(domain)) ?? [];

  it('finds a site in order', async () => {
    expect(await look(BAKERY)).toMatchObject({
      code: 0,
      zone: { status: 'ok' },
      dns: { status: 'ok' },
      certificate: { status: 'ok' },
      'custom-domain': { status: 'ok' },
      redirects: { status: 'ok' },
    });
  });

  it.each([
    ['paused', { paused: true }],
    ['pending', { status: 'pending' as const }],
  ])('fails a zone that is %s', async (word, change) => {
    const zone = bench.sandbox.state.zones.get(bench.zoneId('meadow-dev.example'));
    const before = { ...zone };
    await edit(() => Object.assign(zone ?? {}, change));
    const seen = await look('meadow-dev.example');
    await edit(() => Object.assign(zone ?? {}, before));
    expect(seen).toMatchObject({
      code: 1,
      zone: { status: 'failed', message: expect.stringContaining(word) },
    });
  });

  it('warns of one hostname that no page can show on, and fails where none can', async () => {
    await edit(() => recordsOf(LAW).splice(1, 1));
    expect(await look(LAW)).toMatchObject({
      code: 0,
      dns: { status: 'warning', message: 'www.linden-law.example without a record, so nobody gets there.' },
    });
    await edit(() => Object.assign(recordsOf(LAW)[0] ?? {}, { proxied: false }));
    expect(await look(LAW)).toMatchObject({
      code: 1,
      dns: {
        status: 'failed',
        message: expect.stringMatching(/^linden-law\.example DNS-only, so no Worker runs/),
      },
    });
  });

  it('knows a proxied wildcard, and how deep Universal SSL reaches', async () => {
    const museum = 'tidewater-museum.example';
    await bench.maint('site', 'edit', museum, '--set-hostname', `a.b.${museum}`, '--yes');
    expect(await look(museum)).toMatchObject({
      code: 0,
      dns: { status: 'ok' },
      certificate: { status: 'warning', message: expect.stringContaining(`a.b.${museum}`) },
    });
  });

  it('tells of a custom domain, and of a redirect rule that would hide the page', async () => {
    const shop = 'northwind-outlet.example';
    const zoneId = bench.zoneId(shop);
    bench.sandbox.state.domains.set(bench.accounts[1], [
      { id: 'd1', hostname: shop, service: 'shop-front', environment: 'production', zoneId, certId: 'c1' },
    ]);
    const rule = (description: string, expression: string, value: string | null, enabled = true) => ({
      id: description,
      description,
      expression,
      enabled,
      action: 'redirect',
      action_parameters: { from_value: { target_url: value === null ? { expression: 'x' } : { value } } },
    });
    const rules = [
      rule('to the apex', `(http.host eq "www.${shop}")`, `https://${shop}/`),
      rule('another host', '(http.host eq "old.example")', 'https://elsewhere.example/'),
      rule('switched off', 'true', 'https://elsewhere.example/', false),
      rule('moved', 'true', 'https://elsewhere.example/'),
    ];
    const body = { success: true, errors: [], messages: [], result: { id: 'r', rules } };
    bench.sandbox.faults.add({ path: `/zones/${zoneId}/rulesets/**`, respond: { status: 200, body } });
    const seen = await look(shop);
    bench.sandbox.faults.clear();
    expect(seen).toMatchObject({
      code: 0,
      'custom-domain': { status: 'ok', message: expect.stringContaining(`${shop} (shop-front)`) },
      redirects: { status: 'warning', message: '"moved" may redirect visitors before they get to the page.' },
    });
  });

  it('skips what the token may not read', async () => {
    const token = bench.sandbox.tokens.make({ permissions: ['Zone Read', 'Workers Routes Write'] });
    const run = await bench.maintWith({ env: { CLOUDFLARE_API_TOKEN: token } }, 'doctor', BAKERY, '--json');
    const dns = documentOf(run, examination).checks.find(({ id }) => id === 'dns');
    expect(dns).toMatchObject({ status: 'skipped', message: expect.stringContaining('Zone → DNS → Read') });
  });
});
