import { beforeEach, describe, expect, it } from 'vitest';
import { type CheckResult, DEFAULT_POLICY, type TargetPolicy, UNCHECKED } from '../../../src/model/target.js';
import type { Store } from '../../../src/store/store.js';
import { maint, storeOf } from './fake-maint.js';
import { NOW } from './memory-terminal.js';

const WELL: CheckResult = {
  targetId: 0,
  at: NOW.toISOString(),
  verdict: 'success',
  statusCode: 200,
  error: null,
  detail: null,
  connectMs: 3,
  firstByteMs: 40,
  totalMs: 41,
};
const UNWELL: CheckResult = {
  ...WELL,
  verdict: 'failure',
  statusCode: 404,
  error: 'http',
  detail: 'HTTP 404',
};

let store: Store;
beforeEach(async () => {
  store = await storeOf(['a.example', 'b.example', 'c.example']);
});

/** Runs a command; URLs that end in one of `unwell` do not answer well. */
async function run(argv: readonly string[], unwell: readonly string[] = [], more: object = {}) {
  const tried: string[] = [];
  const tryTarget = async (_domain: string, { url }: TargetPolicy) => {
    tried.push(url);
    return unwell.some((end) => url.endsWith(end)) ? UNWELL : WELL;
  };
  const ran = await maint(argv, { store, maint: { tryTarget }, ...more });
  return Object.assign(ran, { tried });
}

const urls = () => store.targets.list().map(({ url }) => url);

describe('target add', () => {
  it('asks for the health URL of each site once, says what it saw, and records it', async () => {
    const { code, stderr, stdout, tried, json } = await run([
      'target',
      'add',
      'a.example',
      'b.example',
      '--json',
    ]);
    expect([code, tried]).toEqual([0, ['https://a.example/health/', 'https://b.example/health/']]);
    expect(urls()).toEqual(tried);
    expect(stderr).toContain('https://a.example/health/ answered 200 in 41ms.');
    expect(stdout.length).toBeGreaterThan(0);
    expect(json()).toMatchObject({
      ok: true,
      summary: { selected: 2, added: 2, unchanged: 0 },
      targets: [
        { outcome: 'added', domain: 'a.example', state: 'unknown', tried: { ok: true, statusCode: 200 } },
        { outcome: 'added', domain: 'b.example', suggestion: null },
      ],
    });
    expect(store.log.read({ action: 'target.add' }).map(({ domain }) => domain)).toEqual([
      'a.example',
      'b.example',
    ]);
  });

  it('suggests the front page where the health URL does not answer well', async () => {
    const { code, stderr, json } = await run(['target', 'add', 'a.example', '--json'], ['/health/']);
    expect([code, urls()]).toEqual([0, ['https://a.example/health/']]);
    expect(stderr).toContain('answered 404 in 41ms (HTTP 404): not well; https://a.example/ answers well');
    expect(json()).toMatchObject({ targets: [{ suggestion: 'https://a.example/', tried: { ok: false } }] });
  });

  it('reads every setting, and fills the domain into the URL', async () => {
    const flags = '--url https://{domain}/ping --interval 30s --timeout 5s --failures 4 --recoveries 3';
    const more = ['--expect-status', '200, 301-308', '--expect-text', 'pong', '--header', 'X-Key: a b'];
    const acts = ['--auto-enable', '--auto-disable', '--min-hold', '10m', '--method', 'POST'];
    await run(['target', 'add', '--all', ...flags.split(' '), ...more, ...acts]);
    expect(urls()).toEqual(['https://a.example/ping', 'https://b.example/ping', 'https://c.example/ping']);
    expect(store.targets.byDomain('b.example')[0]).toMatchObject({
      intervalMs: 30_000,
      timeoutMs: 5_000,
      failureThreshold: 4,
      recoveryThreshold: 3,
      expectStatus: [
        [200, 200],
        [301, 308],
      ],
      expectText: 'pong',
      headers: { 'x-key': 'a b' },
      autoEnable: true,
      autoDisable: true,
      minHoldMs: 600_000,
      method: 'POST',
    });
  });

  it('changes nothing where the target is there', async () => {
    await run(['target', 'add', 'a.example']);
    const { code, tried, json } = await run(['target', 'add', 'a.example', '--interval', '30s', '--json']);
    expect([code, tried, urls().length]).toEqual([0, [], 1]);
    expect(json()).toMatchObject({ summary: { added: 0, unchanged: 1 }, targets: [{ intervalMs: 60_000 }] });
  });

  it('refuses to put a page up for a URL that does not answer well, unless forced', async () => {
    const argv = ['target', 'add', 'a.example', '--auto-enable'];
    const { code, stderr } = await run(argv, ['/health/']);
    expect([code, urls()]).toEqual([7, []]);
    expect(stderr).toContain('answered 404');
    expect((await run([...argv, '--force'], ['/health/'])).code).toBe(0);
    expect(urls()).toHaveLength(1);
  });

  it.each([
    [['a.example', 'b.example', '--url', 'https://a.example/'], 'One URL cannot be that of 2 sites'],
    [['a.example', '--url', 'a.example'], 'is not an http(s) URL'],
    [['a.example', '--url', 'https://u:p@a.example/'], 'must not hold a user name'],
    [['a.example', '--interval', '1s'], 'too short'],
    [['a.example', '--interval', '60'], 'no duration'],
    [['a.example', '--interval', '5s', '--timeout', '9s'], 'must end before the next one'],
    [['a.example', '--expect-status', '200-99'], 'no list of status codes'],
    [['a.example', '--header', 'Host: x'], 'is not for you to set'],
    [['a.example', '--header', 'nonsense'], "must be 'name: value'"],
    [['a.example', '--method', 'HEAD', '--expect-text', 'x'], 'holds no text'],
    [['z.example'], 'z.example'],
    [[], 'Nothing is selected'],
  ])('refuses %j', async (args, says) => {
    const { code, stderr, tried } = await run(['target', 'add', ...args]);
    expect([code, tried, urls()]).toEqual([2, [], []]);
    expect(stderr).toContain(says);
  });
});

describe('target edit', () => {
  beforeEach(() => {
    for (const domain of ['a.example', 'b.example']) {
      const policy = { ...DEFAULT_POLICY, url: `https://${domain}/health/`, headers: { key: 's3cret' } };
      store.targets.insert(domain, policy, NOW.toISOString());
    }
  });

  it('changes what is given, of one or of many, and tries it', async () => {
    const { code, tried } = await run([
      'target',
      'edit',
      '--all',
      '--url',
      'https://{domain}/',
      '--failures',
      '5',
    ]);
    expect([code, tried]).toEqual([0, ['https://a.example/', 'https://b.example/']]);
    const { json } = await run(['target', 'edit', '--target', '2', '--auto-enable', '--json']);
    expect(json()).toMatchObject({ changed: 1, targets: [{ id: 2, autoEnable: true, tried: { ok: true } }] });
    expect(store.targets.list()).toMatchObject([
      { url: 'https://a.example/', failureThreshold: 5, autoEnable: false },
      { url: 'https://b.example/', failureThreshold: 5, autoEnable: true },
    ]);
    await run(['target', 'edit', '--target', '2', '--no-auto-enable', '--header', '']);
    expect(store.targets.get(2)).toMatchObject({ autoEnable: false, headers: {} });
  });

  it('never shows the values of headers', async () => {
    const { stdout } = await run(['target', 'list', '--json']);
    expect(stdout).toContain('"key"');
    expect(stdout).not.toContain('s3cret');
  });

  it('refuses automation for what does not answer well', async () => {
    const { code } = await run(['target', 'edit', 'a.example', '--auto-enable'], ['/health/']);
    expect([code, store.targets.get(1)?.autoEnable]).toEqual([7, false]);
  });

  it.each([
    [['a.example'], 'Nothing to change'],
    [['--failures', '5'], 'Nothing is selected'],
    [['--target', '99', '--failures', '5'], 'There is no target 99'],
    [['--target', 'x', '--failures', '5'], 'is no number'],
    [['c.example', '--failures', '5'], 'have no target'],
    [['--all', '--url', 'https://a.example/'], 'One URL cannot be that of 2 sites'],
  ])('refuses %j', async (args, says) => {
    const { code, stderr } = await run(['target', 'edit', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe('target list, history, remove', () => {
  beforeEach(() => {
    const policy = { ...DEFAULT_POLICY, url: 'https://a.example/health/', autoDisable: true };
    store.targets.insert('a.example', policy, NOW.toISOString());
    const at = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();
    const standing = {
      ...UNCHECKED,
      state: 'suspect',
      failures: 1,
      checkedAt: at(1),
      changedAt: at(1),
    } as const;
    for (let minutes = 120; minutes > 0; minutes -= 1) {
      const seen = minutes === 1 ? UNWELL : { ...WELL, totalMs: 40 + minutes };
      store.targets.record([{ result: { ...seen, targetId: 1, at: at(minutes) }, standing }]);
    }
  });

  it('lists where targets stand', async () => {
    const { stdout } = await run(['target', 'list'], [], { tty: true, columns: 100, env: { NO_COLOR: '1' } });
    expect(stdout).toContain('suspect 1/3');
    expect((await run(['target', 'list', 'b.example', '--json'])).json()).toMatchObject({
      total: 0,
      targets: [],
    });
  });

  it('draws response times and a line a day for a person', async () => {
    const { stdout } = await run(['target', 'history', 'a.example'], [], {
      tty: true,
      columns: 80,
      env: { NO_COLOR: '1' },
    });
    expect(stdout).toMatch(/█/);
    expect(stdout).toMatch(/^\s+x$/m);
    expect(stdout).toMatch(/2h ago .* 1m ago/);
    expect(stdout).toMatch(/2026-11-23\s+99\.166%\s+\d+ms\s+\d+ms\s+120\s+1/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('gives a pipe days, or each check, and a document both', async () => {
    const days = await run(['target', 'history']);
    expect(days.stdout).toMatch(/^1\ta\.example\t2026-11-23\t0\.99\d*\t/);
    const each = await run(['target', 'history', '--each', '--since', '5m', '--limit', '3']);
    expect(each.stdout.trim().split('\n')).toHaveLength(3);
    expect(each.stdout).toContain('\tfailure\t404\thttp\t');
    const { json } = await run(['target', 'history', '--target', '1', '--since', '10m', '--json']);
    expect(json()).toMatchObject({
      targets: [
        {
          id: 1,
          days: [{ day: '2026-11-23', checks: 120, failures: 1 }],
          checks: expect.objectContaining({ length: 10 }),
        },
      ],
    });
    expect((await run(['target', 'history', '--since', 'soon'])).code).toBe(2);
  });

  it('removes only after a yes', async () => {
    expect((await run(['target', 'remove', 'a.example'])).code).toBe(2);
    expect(urls()).toHaveLength(1);
    const { code, json } = await run(['target', 'remove', 'a.example', '--yes', '--json']);
    expect([code, urls()]).toEqual([0, []]);
    expect(json()).toMatchObject({ removed: 1, targets: [{ id: 1 }] });
  });

  it('prunes results that are old', async () => {
    const { code, json } = await run(['db', 'prune', '--json']);
    expect([code, json()]).toMatchObject([0, { results: 0, summaries: 0 }]);
    expect((await run(['db', 'prune', '--results', '1h'])).code).toBe(2);
    expect((await run(['db', 'prune', '--results', '40d', '--summaries', '30d'])).code).toBe(2);
  });
});
