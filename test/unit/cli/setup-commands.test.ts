import { describe, expect, it } from 'vitest';
import type { SetupReport } from '../../../src/setup/setup-types.js';
import { maint } from './fake-maint.js';

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
      "ok         zone  a.example in Acme.
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
    expect([both.code, both.json().summary]).toEqual([4, { selected: 2, succeeded: 0, failed: 2 }]);
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
