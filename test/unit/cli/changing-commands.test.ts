import { describe, expect, it } from 'vitest';
import { MaintError } from '../../../src/model/errors.js';
import type { Outcome } from '../../../src/model/vocabulary.js';
import { maint, preparedRun, runReport, siteReport, storeOf } from './fake-maint.js';

const TWELVE = Array.from({ length: 12 }, (_, index) => `s${String(index).padStart(2, '0')}.example`);

describe('what is refused before anything is opened', () => {
  it.each([
    [['enable'], 'nothing-selected'],
    [['enable', '--yes'], 'nothing-selected'],
    [['enable', '--exclude-domain', 'a.example', '--yes'], 'nothing-selected'],
    [['site', 'remove', 'a.example'], 'confirmation-needed'],
    [['group', 'delete', 'x'], 'confirmation-needed'],
    [['enable', 'a.example', '--yes', '--for', '30'], 'usage'],
    [['status', '--offline', '--verify'], 'usage'],
  ])('%j is %s: exit 2, one document, nothing opened', async (argv, code) => {
    const run = await maint([...argv, '--json']);
    expect(run.code).toBe(2);
    expect(run.opened).toEqual([]);
    expect(run.json()).toMatchObject({ schema: 1, ok: false, error: { code } });
  });

  it.each([
    [['enable', 'a.example'], 'confirmation-needed'],
    [['disable', '--all'], 'confirmation-needed'],
    [['enable', 'typo.example'], 'unknown-name'],
  ])('%j is %s: names first, then who confirms, and nothing is looked at', async (argv, code) => {
    const run = await maint([...argv, '--json']);
    expect(run.code).toBe(2);
    expect(run.json()).toMatchObject({ ok: false, error: { code } });
  });

  it('reports everything that is wrong with a command line together', async () => {
    const flags = [
      '--for',
      '1h',
      '--until',
      '2020-01-01T00:00Z',
      '--title',
      ' ',
      '--message',
      'x'.repeat(2_001),
    ];
    const more = [
      '--contact',
      'nobody',
      '--status-url',
      'http://x.example',
      '--allow-ip',
      '1.2.3.4/33,::1/129',
    ];
    const rest = [
      '--allow-path',
      'hooks',
      '--concurrency',
      '51',
      '--max-sites',
      '0',
      '--page',
      '/nowhere.html',
    ];
    const run = await maint(['enable', 'a.example', '--yes', '--json', ...flags, ...more, ...rest]);
    expect(run.code).toBe(2);
    expect((run.json().error as { problems: string[] }).problems).toHaveLength(11);
  });

  it('refuses an empty standard input although other flags select', async () => {
    const run = await maint(['enable', '-', '--environment', 'production', '--yes'], { input: '# none\n\n' });
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('Standard input named no domain')]);
  });

  it('names every unknown word with the nearest one', async () => {
    const run = await maint(['enable', 'a.exampel', '--project', 'shop', '--yes', '--json']);
    expect(run.code).toBe(2);
    expect(run.json()).toMatchObject({
      error: { code: 'unknown-name', problems: [expect.stringContaining("'a.example'"), expect.any(String)] },
    });
  });
});

describe('print, brake, ask, act', () => {
  const enabling = (domains: readonly string[], more = {}) => {
    const prepared = preparedRun(domains, more);
    return { prepared, maint: { prepareEnable: async () => prepared } };
  };

  it('shows the plan and asks with the number of sites', async () => {
    const { prepared, maint: fake } = enabling(['a.example']);
    const run = await maint(['enable', 'a.example'], { maint: fake, tty: true, answers: [true] });
    expect(run.code).toBe(0);
    expect(run.terminal.asked).toEqual([{ message: 'Put the page up on 1 site?' }]);
    expect(run.stderr).toContain('a.example/*');
    expect(prepared.applied.count).toBe(1);
  });

  it('changes nothing on a no', async () => {
    const { prepared, maint: fake } = enabling(['a.example']);
    const run = await maint(['enable', 'a.example'], { maint: fake, tty: true, answers: [false] });
    expect([run.code, prepared.applied.count]).toEqual([2, 0]);
  });

  it.each([
    [['--all'], TWELVE.slice(0, 1), '1'],
    [['s*.example'], TWELVE.slice(0, 4), '4'],
    [['s*.example'], TWELVE.slice(0, 3), undefined],
  ])('with %j over %j wants %s typed', async (selection, planned, typed) => {
    const { maint: fake } = enabling(planned);
    const store = await storeOf(TWELVE);
    const run = await maint(['enable', ...selection], { maint: fake, store, tty: true, answers: [true] });
    expect(run.terminal.asked.map((question) => question.typed)).toEqual([typed]);
  });

  it('--yes does not pass a guard, --force does', async () => {
    const refusals = ['More than 1 site.'];
    const refused = enabling(['a.example'], { refusals });
    const run = await maint(['enable', 'a.example', '--yes', '--json'], { maint: refused.maint });
    expect([run.code, refused.prepared.applied.count]).toEqual([7, 0]);
    expect(run.json()).toMatchObject({ error: { code: 'guard-refused', message: refusals[0] } });
    const forced = enabling(['a.example'], { refusals });
    expect((await maint(['enable', 'a.example', '--force'], { maint: forced.maint })).code).toBe(0);
    expect(forced.prepared.applied.count).toBe(1);
  });

  it('shows a person no plan that a guard refuses', async () => {
    const { maint: fake } = enabling(['a.example'], { refusals: ['Not yours.'], warnings: ['Free plan.'] });
    const run = await maint(['enable', 'a.example'], { maint: fake, tty: true });
    expect([run.code, run.stdout]).toEqual([7, '']);
    expect(run.stderr).toContain('Not yours.');
    expect(run.stderr).not.toMatch(/a\.example\/\*|Free plan/);
  });

  it.each([true, false])('says each warning once (on a terminal: %s)', async (tty) => {
    const warnings = ['Free plan.', 'Seen late.'];
    const report = runReport([siteReport('a.example', 'enabled')], { warnings });
    const { maint: fake } = enabling(['a.example'], { report, warnings: warnings.slice(0, 1) });
    const run = await maint(['enable', 'a.example', '--yes'], { maint: fake, tty });
    for (const warning of warnings) expect((run.stdout + run.stderr).split(warning)).toHaveLength(2);
    const document = await maint(['enable', 'a.example', '--yes', '--json'], { maint: fake });
    expect(document.json()).toMatchObject({ warnings });
  });

  it('a dry run opens the store for reading only, asks nothing and applies nothing', async () => {
    const { prepared, maint: fake } = enabling(['a.example']);
    const run = await maint(['enable', 'a.example', '--dry-run', '--json'], { maint: fake });
    expect([run.code, prepared.applied.count, run.opened[0]?.readonly]).toEqual([0, 0, true]);
    expect(run.json()).toMatchObject({ dryRun: true, sites: [{ domain: 'a.example', outcome: 'planned' }] });
    const coded = await maint(['enable', 'a.example', '-n', '--exit-code'], { maint: fake });
    expect(coded.code).toBe(10);
    expect(coded.stdout).toMatch(/^a\.example\tplanned\t/);
  });
});

describe('exit codes of a run', () => {
  const unauthorised = { code: 'token-invalid', message: 'Invalid.', hint: null, ray: 'r1' };
  const broken = { code: 'remote-refused', message: 'No.', hint: null, ray: null };
  const of = (outcome: Outcome, error: typeof broken | typeof unauthorised | null = null) =>
    siteReport(`${outcome}.example`, outcome, { error });

  it.each([
    ['all done', [of('enabled'), of('unchanged')], 0, null],
    ['some failed', [of('enabled'), of('failed', broken)], 3, 'partly-done'],
    ['all failed', [of('failed', broken)], 1, 'remote-refused'],
    [
      'all failed for the token',
      [of('failed', unauthorised), of('failed', unauthorised)],
      4,
      'token-invalid',
    ],
    ['a conflict beside failures', [of('conflict'), of('failed', broken)], 5, 'conflict'],
    [
      'an unknown outcome before all',
      [of('unknown'), of('conflict'), of('failed', broken)],
      8,
      'outcome-unknown',
    ],
  ])('%s', async (_name, sites, code, error) => {
    const prepared = preparedRun(['a.example'], { report: runReport(sites) });
    const run = await maint(['disable', 'a.example', '--yes', '--json'], {
      maint: { prepareDisable: async () => prepared },
    });
    expect(run.code).toBe(code);
    const document = run.json();
    expect((document.error as { code: string } | null)?.code ?? null).toBe(error);
    expect(document.ok).toBe(code === 0);
    expect(document.sites).toHaveLength(sites.length);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('a run that %s stopped ends with %i', async (signal, code) => {
    const report = runReport([of('enabled'), of('skipped')], { interrupted: true });
    const stopping = { ...preparedRun(['a.example']), apply: async () => report };
    const surroundings = { maint: { prepareEnable: async () => stopping } };
    const run = await maint(['enable', 'a.example', '--yes', '--json'], { ...surroundings, stopBy: signal });
    expect(run.code).toBe(code);
    expect(run.json()).toMatchObject({ error: { code: 'interrupted' } });
  });

  it.each([
    ['locked', 6],
    ['store-damaged', 9],
    ['token-missing', 4],
    ['outcome-unknown', 8],
    ['rate-limited', 1],
  ] as const)('an engine that throws %s ends with %i', async (code, exit) => {
    const run = await maint(['disable', 'a.example', '--yes', '--json'], {
      maint: {
        prepareDisable: async () => {
          throw new MaintError(code, 'Told.', { hint: 'Do this.', ray: 'ray1' });
        },
      },
    });
    expect(run.code).toBe(exit);
    expect(run.json().error).toEqual({ code, message: 'Told.', hint: 'Do this.', ray: 'ray1' });
    expect(run.stderr).toContain('hint: Do this.');
  });

  it('a bug says so, without a stack trace unless asked', async () => {
    const surroundings = { maint: { prepareEnable: () => Promise.reject(new TypeError('x is undefined')) } };
    const quiet = await maint(['enable', 'a.example', '--yes'], surroundings);
    expect([quiet.code, quiet.stderr]).toEqual([1, expect.stringContaining('please report it')]);
    expect(quiet.stderr).not.toContain('at ');
    const verbose = await maint(['enable', 'a.example', '--yes', '--verbose'], surroundings);
    expect(verbose.stderr).toMatch(/\n\s+at /);
  });
});
