import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { anyDocument, documentOf } from '../support/documents.js';
import type { Run } from '../support/run-maint.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';
const CLINIC = 'elm-clinic.example';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  expect((await bench.maint('discover')).code).toBe(0);
});
afterAll(() => bench.close());

const errorOf = (run: Run) => documentOf(run, anyDocument).error!;
const mutations = () => bench.sandbox.mutations().length;

describe('2: wrong use', () => {
  it.each([
    [['enabel', BAKERY], 'enable'],
    [['enable', BAKERY, '--resaon', 'x'], '--reason'],
    [['enable', BAKERY, '--for', 'soon'], "'soon'"],
    [['enable', BAKERY, '--for', '1h', '--until', '2030-01-01T00:00Z'], '--until'],
    [['enable', BAKERY, '--until', '2020-01-01T00:00Z'], 'past'],
    [['enable', BAKERY, '--until', '2026-02-31T00:00Z'], '--until'],
    [['enable', BAKERY, '--auto-end'], '--for'],
    [['enable', BAKERY, '--allow-ip', '10.0.0.0/40'], '10.0.0.0/40'],
    [['enable', BAKERY, '--allow-path', 'webhooks'], 'webhooks'],
    [['enable', BAKERY, '--contact', 'javascript:alert(1)'], '--contact'],
    [['enable', BAKERY, '--status-url', 'http://x'], '--status-url'],
    [['enable', BAKERY, '--page', '/nowhere.html'], '/nowhere.html'],
    [['enable', BAKERY, '--existing-routes', 'replace'], 'take-over'],
    [['enable', BAKERY, '--max-sites', 'ten'], '--max-sites'],
    [['enable', BAKERY, '--concurrency', '0'], '--concurrency'],
    [['enable', BAKERY, '--max-wait', 'long'], 'long'],
    [['enable', BAKERY, '--message', ''], '--message'],
    [['enable', '--all', BAKERY], '--all'],
    [['enable', 'harbor-bakery.example'], BAKERY],
    [['enable', '--environment', 'prod'], 'production'],
    [['enable'], '--all'],
    [['disable', '--exclude-tag', 'x'], 'selected'],
    [['enable', '--domain', '*.nowhere.test'], 'matches'],
    [['status', '--offline', '--verify'], '--verify'],
    [['discover', '--environment', 'stagin'], 'staging'],
    [['resume', '20260101-aaaaaaaa'], '20260101-aaaaaaaa'],
    [['bypass', BAKERY], 'not in maintenance'],
    [['event', 'show', 'nope'], 'nope'],
    [['log', '--since', 'whenever'], '--since'],
    [['page', 'preview', '--locale', 'xx'], 'xx'],
    [['completion', 'tcsh'], 'bash'],
    [['group'], 'group'],
    [['list', '--connect-to', 'nonsense'], 'nonsense'],
  ])('maint %j', async (argv, told) => {
    const sent = bench.sandbox.requests.length;
    const run = await bench.maint(...argv, '--yes', '--json');
    expect(run.code).toBe(2);
    const error = errorOf(run);
    expect(JSON.stringify(error)).toContain(told);
    expect(error.message).toMatch(/[.?]$/);
    expect(bench.sandbox.requests).toHaveLength(sent);
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it('collects every problem', async () => {
    const run = await bench.maint(
      'enable',
      BAKERY,
      '--for',
      'x',
      '--title',
      '',
      '--max-sites',
      '0',
      '--yes',
      '--json',
    );
    expect(errorOf(run).problems).toHaveLength(3);
  });

  it('where nobody is there to confirm, and nothing is sent', async () => {
    for (const command of ['enable', 'disable']) {
      const sent = bench.sandbox.requests.length;
      const run = await bench.maint(command, BAKERY, '--json');
      expect(run.code).toBe(2);
      expect(errorOf(run)).toMatchObject({
        code: 'confirmation-needed',
        hint: expect.stringContaining('--yes'),
      });
      expect(bench.sandbox.requests).toHaveLength(sent);
    }
  });

  it('where a person says no', async () => {
    const sent = mutations();
    const run = await bench.maintWith({ columns: 90, answers: [false] }, 'enable', BAKERY);
    expect(run.code).toBe(2);
    expect(run.questions).toEqual([{ message: 'Put the page up on 1 site?' }]);
    expect(mutations()).toBe(sent);
  });

  it('where the number to type is mistyped; typed well it goes on', async () => {
    const sent = mutations();
    const wrong = await bench.maintWith({ columns: 90, answers: ['13'] }, 'enable', '--all');
    expect(wrong.code).toBe(2);
    expect(wrong.questions).toMatchObject([{ typed: '14', message: expect.stringContaining('14 sites') }]);
    expect(mutations()).toBe(sent);
    const many = ['--domain', '*o*'];
    const right = await bench.maintWith({ columns: 90, answers: ['11'] }, 'enable', ...many);
    expect([right.code, right.questions[0]?.typed]).toEqual([0, '11']);
    const few = await bench.maintWith(
      { columns: 90, answers: [true] },
      'disable',
      BAKERY,
      LAW,
      '--domain',
      'northwind-s*',
    );
    expect([few.code, few.questions[0]?.typed]).toEqual([0, undefined]);
  });

  it('a person who says yes sees the plan first', async () => {
    const run = await bench.maintWith({ columns: 90, answers: [true] }, 'enable', CLINIC);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('clinic-booking');
    expect(run.stdout).toContain('1 site in maintenance');
  });
});
