import { describe, expect, it } from 'vitest';
import type { Maint } from '../../../src/maint.js';
import type { SetupReport } from '../../../src/setup/setup-types.js';
import { AT, maint, storeOf } from './fake-maint.js';

const REPORT: SetupReport = {
  domain: 'a.example',
  dryRun: false,
  success: true,
  durationMs: 1_400,
  steps: [
    { name: 'zone', status: 'ok', message: 'a.example in Acme.', details: [], durationMs: 12 },
    {
      name: 'dns',
      status: 'suggested',
      message: 'www.a.example has no record.',
      details: [
        '--dns-target <ip-or-host> would make a record for www.a.example, which is a long line to read.',
      ],
      durationMs: 1_200,
    },
  ],
  error: null,
};
const FAILED: SetupReport = {
  ...REPORT,
  success: false,
  steps: [{ name: 'zone', status: 'failed', message: 'Gone.', details: [], durationMs: 1 }],
  error: { code: 'permission-missing', message: 'zone: Gone.', hint: 'Look.', ray: 'abc' },
};

describe('maint setup', () => {
  const setup = async (report: SetupReport) => report;

  it('shows each step to a person, on a screen of any width', async () => {
    const run = await maint(['setup', 'A.example'], {
      tty: true,
      columns: 60,
      env: { NO_COLOR: '1' },
      maint: { setup: () => setup(REPORT) },
    });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatchInlineSnapshot(`
      "ok         zone  a.example in Acme. (12ms)
      suggested  dns   www.a.example has no record. (1s)
                       --dns-target <ip-or-host> would make a
                         record for www.a.example, which is a long
                         line to read.
      Done in 1s, 1 suggestion left.
      "
    `);
    const narrow = await maint(['setup', 'a.example'], {
      tty: true,
      columns: 30,
      env: { NO_COLOR: '1' },
      maint: { setup: () => setup(REPORT) },
    });
    for (const line of run.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    for (const line of narrow.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(30);
  });

  it('writes one line a step into a pipe, and everything into JSON', async () => {
    const piped = await maint(['setup', 'a.example'], { maint: { setup: () => setup(REPORT) } });
    expect(piped.stdout.split('\n')[0]).toBe('a.example\tzone\tok\t12\ta.example in Acme.');
    const json = await maint(['setup', 'a.example', '--json'], { maint: { setup: () => setup(FAILED) } });
    expect(json.code).toBe(4);
    expect(json.json()).toMatchObject({
      ok: false,
      success: false,
      durationMs: 1_400,
      error: { code: 'permission-missing', message: 'zone: Gone.', hint: 'Look.', ray: 'abc' },
    });
  });

  it('hands the flags on, and asks nobody where nobody is', async () => {
    const calls: unknown[] = [];
    const given = async (...args: unknown[]) => {
      calls.push(args);
      return REPORT;
    };
    const words = [
      '--dns-target',
      '203.0.113.7',
      '--ssl',
      'auto',
      '--account',
      'x',
      '--owner',
      'bob',
      '--force',
    ];
    await maint(['setup', 'https://Shop.example/cart', ...words], { maint: { setup: given as never } });
    expect(calls).toEqual([
      [
        'shop.example',
        expect.objectContaining({
          dnsTarget: '203.0.113.7',
          ssl: 'auto',
          accountId: 'x',
          owner: 'bob',
          force: true,
        }),
      ],
    ]);
    expect(calls[0]).not.toHaveProperty('[1].ask');
  });

  it('tells a person moments in their own zone', async () => {
    const at = '2026-11-23T18:30:00.000Z';
    const step = { ...REPORT.steps[0]!, message: `Went well at ${at}; not repeated.` };
    const report = { ...REPORT, steps: [step] };
    const run = await maint(['setup', 'a.example'], {
      tty: true,
      columns: 100,
      maint: { setup: () => setup(report) },
    });
    expect(run.stdout).toMatch(/Went well at .*23.*; not repeated/);
    expect(run.stdout).not.toContain(at);
    const piped = await maint(['setup', 'a.example'], { maint: { setup: () => setup(report) } });
    expect(piped.stdout).toContain(at);
  });

  it('says that a dry run of all only looked, with totals, and what was passed over', async () => {
    const dry = { ...REPORT, dryRun: true };
    const passed = {
      ...dry,
      steps: [{ ...REPORT.steps[0]!, status: 'skipped' as const, message: 'Paused.' }],
    };
    const run = await maint(['setup', '--all', '--dry-run'], {
      tty: true,
      columns: 80,
      env: { NO_COLOR: '1' },
      maint: { setupAll: async () => [dry, { ...passed, domain: 'b.example' }] },
    });
    expect(run.stdout).toContain('a.example  looked at 1s');
    expect(run.stdout).toContain('b.example  skipped');
    expect(run.stdout).toMatch(/1 site looked at, 1 skipped\.\nDry run: nothing was changed\.\n$/);
  });

  it.each([
    [['setup']],
    [['setup', 'a.example', '--ssl', 'off']],
    [['setup', 'a.example', '--all', '--yes']],
    [['setup', '--all', '--yes', '--dns-target', '203.0.113.7']],
    [['setup', '--all', '--yes', '--environment', 'staging']],
    [['setup', '--all']],
    [['teardown', 'a.example']],
    [['teardown']],
  ])('refuses %j before anything is sent', async (argv) => {
    expect((await maint(argv)).code).toBe(2);
  });

  it('sums several up: the one cause of all, or partly done', async () => {
    const all = (reports: SetupReport[]) => ({ maint: { setupAll: async () => reports } });
    const both = await maint(['setup', '--all', '--yes', '--json'], all([FAILED, FAILED]));
    expect([both.code, both.json().summary]).toEqual([
      4,
      { selected: 2, succeeded: 0, failed: 2, skipped: 0 },
    ]);
    const one = await maint(['setup', '--all', '--yes'], {
      tty: true,
      columns: 80,
      env: { NO_COLOR: '1' },
      ...all([REPORT, FAILED]),
    });
    expect(one.code).toBe(3);
    expect(one.stdout).toContain('a.example  failed');
    const other = { ...FAILED, error: { code: 'locked', message: 'zone: Held.', hint: null, ray: null } };
    expect((await maint(['setup', '--all', '--yes'], all([FAILED, other]))).code).toBe(1);
  });
});

describe('maint setup --all', () => {
  it('that was stopped says so, whatever else failed', async () => {
    const error = { code: 'interrupted', message: 'Stopped before this step.', hint: null, ray: null };
    const reports = [REPORT, FAILED, { ...FAILED, error }];
    const run = await maint(['setup', '--all', '--yes', '--json'], {
      maint: { setupAll: async () => reports },
    });
    expect(run.code).toBe(130);
    expect(run.json().error).toMatchObject({
      code: 'interrupted',
      message: 'Stopped before the end: 1 of 3 sites not done.',
    });
  });

  it('takes in the sites that who acts sees, as the other commands do', async () => {
    const store = await storeOf(['a.example', 'b.example']);
    store.sites.update([store.sites.byDomain('b.example')!.id], { owner: 'bob' }, AT);
    const seen: unknown[] = [];
    const setupAll: Maint['setupAll'] = async (options) => {
      seen.push(options?.visibleTo);
      return [REPORT];
    };
    const run = await maint(['setup', '--all', '--yes', '--as', 'ann'], { store, maint: { setupAll } });
    expect([run.code, run.stderr]).toEqual([0, 'Left out: 1 site of somebody else.\n']);
    await maint(['setup', '--all', '--force', '--as', 'ann'], { store, maint: { setupAll } });
    await maint(['setup', '--all', '--yes'], { store, maint: { setupAll } });
    expect(seen).toEqual(['ann', undefined, undefined]);
    store.sites.update([store.sites.byDomain('a.example')!.id], { owner: 'bob' }, AT);
    const none = await maint(['setup', '--all', '--yes', '--as', 'ann', '--json'], { store });
    expect([none.code, none.json().error]).toMatchObject([2, { code: 'nothing-selected' }]);
  });

  it('of an account in which nothing is catalogued is wrong use', async () => {
    for (const [words, env] of [
      [[], { CLOUDFLARE_ACCOUNT_ID: 'f'.repeat(32) }],
      [['--account', 'f'.repeat(32)], {}],
    ] as const) {
      const run = await maint(['setup', '--all', '--yes', '--json', ...words], { env });
      expect([run.code, run.json().error]).toMatchObject([2, { code: 'nothing-selected' }]);
    }
  });
});

describe('maint teardown', () => {
  const nothing = (domain: string) => ({
    maint: { teardown: async () => ({ ...REPORT, domain, steps: [] }) },
  });

  it('refuses a domain that nobody knows, with the nearest one', async () => {
    const run = await maint(['teardown', 'aa.example', '--yes', '--json'], nothing('aa.example'));
    expect(run.code).toBe(2);
    expect(run.json().error).toMatchObject({
      code: 'unknown-name',
      message: expect.stringContaining("Did you mean 'a.example'?"),
    });
  });

  it('says that there is nothing to do, in a pipe too', async () => {
    const piped = await maint(['teardown', 'a.example', '--yes'], nothing('a.example'));
    expect([piped.code, piped.stdout, piped.stderr]).toEqual([
      0,
      '',
      'Nothing is there that setup made for a.example.\n',
    ]);
  });
});
