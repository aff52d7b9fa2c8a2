import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OriginBehaviour } from '../../src/sandbox/state.js';
import { type Bench, startBench } from '../support/bench.js';
import { addTarget, type PassDocument, pass, setOrigin } from '../support/monitor-passes.js';
import { Signals } from '../support/run-maint.js';
import { startMaint } from '../support/spawn-maint.js';
import { visit } from '../support/visit.js';

const BROKEN: OriginBehaviour = { mode: 'status', status: 500 };
const cloudflarePage = (code: number) => `<h1>Error ${code}</h1><p>error code: ${code}</p>`;

describe('what a check makes of an origin', () => {
  const behaviours: readonly (readonly [
    name: string,
    OriginBehaviour,
    state: string,
    error: string | null,
  ])[] = [
    ['answers', { mode: 'ok' }, 'up', null],
    ['answers 500', BROKEN, 'down', 'http'],
    ['refuses connections', { mode: 'refuse' }, 'down', 'http'],
    ['resets connections', { mode: 'reset' }, 'down', 'http'],
    ['hangs', { mode: 'hang' }, 'down', 'timeout'],
    ['trickles for ever', { mode: 'trickle' }, 'down', 'timeout'],
    ['redirects for ever', { mode: 'redirect-loop' }, 'down', 'http'],
    [
      'is not found by Cloudflare',
      { mode: 'status', status: 530, body: cloudflarePage(1016) },
      'down',
      'http',
    ],
    [
      'shows a page of ours',
      { mode: 'status', status: 503, headers: { 'x-maint-event': 'x' } },
      'unknown',
      'own-page',
    ],
    ['is rate limited', { mode: 'status', status: 429, body: cloudflarePage(1015) }, 'unknown', 'cloudflare'],
    [
      'is out of Workers requests',
      { mode: 'status', status: 503, body: cloudflarePage(1027) },
      'unknown',
      'cloudflare',
    ],
    [
      'is challenged',
      { mode: 'status', status: 403, headers: { 'cf-mitigated': 'challenge' } },
      'unknown',
      'cloudflare',
    ],
  ];
  const domainOf = (index: number) => `site-${String(index + 1).padStart(4, '0')}.example`;
  let bench: Bench;
  let last: PassDocument;

  beforeAll(async () => {
    bench = await startBench({ edge: true, fleet: 'plain', zones: behaviours.length });
    expect((await bench.maint('discover')).code).toBe(0);
    for (const [index, [, behaviour]] of behaviours.entries()) {
      bench.sandbox.state.origins.set(domainOf(index), behaviour);
      await addTarget(bench, domainOf(index), '--timeout', '1500ms');
    }
    await bench.sandbox.changed();
    for (let count = 0; count < 3; count += 1) last = await pass(bench);
  }, 120_000);
  afterAll(() => bench.close());

  it.each(behaviours.map(([name, , state, error], index) => ({ name, state, error, index })))(
    'that $name: $state',
    ({ state, error, index }) => {
      const check = last.checks.find(({ domain }) => domain === domainOf(index));
      expect(check).toMatchObject({ state, error });
    },
  );

  it('and changes nothing where no target asks for it', () => {
    expect(last.actions).toEqual([]);
    expect(bench.sandbox.mutations()).toEqual([]);
  });
});

describe('the page', () => {
  const SITE = 'site-0001.example';
  const AUTO = ['--auto-enable', '--auto-disable', '--min-hold', '0s', '--timeout', '2s'];
  let bench: Bench;
  const statusOf = async (domain: string) => (await visit(bench.sandbox, `https://${domain}/`)).status;
  const eventOf = async (domain: string) =>
    (await visit(bench.sandbox, `https://${domain}/`)).headers['x-maint-event'] ?? null;
  const passes = async (count: number, ...more: string[]) => {
    let last = await pass(bench, ...more);
    for (let done = 1; done < count; done += 1) last = await pass(bench, ...more);
    return last;
  };

  beforeEach(async () => {
    bench = await startBench({ edge: true, fleet: 'plain', zones: 4 });
    expect((await bench.maint('discover')).code).toBe(0);
    for (const number of [1, 2, 3, 4]) {
      const domain = `site-000${number}.example`;
      await addTarget(bench, domain, ...AUTO);
    }
    expect((await pass(bench)).checks.map(({ state }) => state)).toEqual(['up', 'up', 'up', 'up']);
  }, 60_000);
  afterEach(() => bench.close());

  it('goes up after three failures, lets the monitor see behind it, and goes after two successes', async () => {
    await setOrigin(bench, SITE, BROKEN);
    expect((await passes(2)).actions).toEqual([]);
    const third = await pass(bench);
    expect(third).toMatchObject({
      code: 0,
      held: null,
      actions: [{ domain: SITE, action: 'enable', outcome: 'enabled' }],
    });
    expect(await eventOf(SITE)).toBe(third.actions[0]?.eventId);
    const behind = (await pass(bench)).checks.find(({ domain }) => domain === SITE);
    expect(behind).toMatchObject({ statusCode: 500, error: 'http', state: 'down' });

    await setOrigin(bench, SITE, { mode: 'ok' });
    expect(await pass(bench)).toMatchObject({ actions: [] });
    expect((await pass(bench)).actions).toMatchObject([
      { domain: SITE, action: 'disable', outcome: 'disabled' },
    ]);
    expect(await statusOf(SITE)).toBe(200);
    expect(bench.routesOf(SITE)).toEqual([]);
  });

  it('stays for as long as it must', async () => {
    await bench.maint('target', 'edit', SITE, '--min-hold', '1h', '--no-try', '--yes');
    await setOrigin(bench, SITE, BROKEN);
    await passes(3);
    await setOrigin(bench, SITE, { mode: 'ok' });
    expect((await passes(4)).actions).toEqual([]);
    expect(await statusOf(SITE)).toBe(503);
    expect((await bench.maint('monitor', 'explain', SITE)).stdout).toContain('stays up for at least another');
  });

  it('stays where a person took its event over', async () => {
    await setOrigin(bench, SITE, BROKEN);
    await passes(3);
    expect((await bench.maint('enable', SITE, '--yes')).code).toBe(0);
    await setOrigin(bench, SITE, { mode: 'ok' });
    expect((await passes(4)).actions).toEqual([]);
    expect(await statusOf(SITE)).toBe(503);
  });

  it('stays down where a person took it down, until the site was well in between', async () => {
    await setOrigin(bench, SITE, BROKEN);
    await passes(3);
    expect((await bench.maint('disable', SITE, '--yes')).code).toBe(0);
    expect((await passes(4)).actions).toEqual([]);
    await setOrigin(bench, SITE, { mode: 'ok' });
    await passes(2);
    await setOrigin(bench, SITE, BROKEN);
    expect((await passes(3)).actions).toMatchObject([{ domain: SITE, outcome: 'enabled' }]);
  });

  it('of a site that a person put up is never lifted', async () => {
    expect((await bench.maint('enable', SITE, '--yes')).code).toBe(0);
    await setOrigin(bench, SITE, BROKEN);
    await passes(3);
    await setOrigin(bench, SITE, { mode: 'ok' });
    expect((await passes(3)).actions).toEqual([]);
    expect(await statusOf(SITE)).toBe(503);
  });

  it('is not put up where no witness answers', async () => {
    await setOrigin(bench, SITE, BROKEN);
    const last = await passes(4, '--witness', 'http://127.0.0.1:9/');
    expect(last).toMatchObject({ code: 0, network: false, actions: [] });
    expect(last.checks.find(({ domain }) => domain === SITE)).toMatchObject({ state: 'up', failures: 0 });
  });

  it('is not put up in a storm, which is told and is no failure', async () => {
    for (const number of [1, 2, 3]) await setOrigin(bench, `site-000${number}.example`, BROKEN);
    const last = await passes(5);
    expect(last).toMatchObject({ code: 0, held: expect.stringContaining('3 of 4 sites') });
    expect(last.actions.map(({ outcome }) => outcome)).toEqual(['held', 'held', 'held']);
    expect(bench.sandbox.mutations()).toEqual([]);
  });

  it('is shared by the sites that turn down in one pass', async () => {
    for (const number of [1, 2]) await setOrigin(bench, `site-000${number}.example`, BROKEN);
    const { actions } = await passes(3);
    expect(actions.map(({ outcome }) => outcome)).toEqual(['enabled', 'enabled']);
    expect(new Set(actions.map(({ eventId }) => eventId)).size).toBe(1);
  });

  it('is only planned in a dry run, which leaves no trace', async () => {
    await setOrigin(bench, SITE, BROKEN);
    await passes(2);
    const before = await bench.withStore(({ targets }) => targets.list());
    const dry = await pass(bench, '--dry-run');
    expect(dry.actions).toMatchObject([{ domain: SITE, action: 'enable', outcome: 'planned' }]);
    expect(await bench.withStore(({ targets }) => targets.list())).toEqual(before);
    expect(bench.sandbox.mutations()).toEqual([]);
  });
});

describe('the monitor as a process', () => {
  const SITE = 'site-0001.example';
  let bench: Bench;
  const env = () => ({ ...bench.env, HOME: bench.folder });

  beforeEach(async () => {
    bench = await startBench({ edge: true, fleet: 'plain', zones: 2 });
    expect((await bench.maint('discover')).code).toBe(0);
    await addTarget(bench, SITE, '--interval', '5s', '--timeout', '5s');
  }, 60_000);
  afterEach(() => bench.close());

  it('leaves at once where another is at work, and says so', async () => {
    await setOrigin(bench, SITE, { mode: 'slow', delayMs: 4_000 });
    const first = startMaint(['monitor', '--once', '--now', '--json'], env());
    let locked = false;
    while (!locked) {
      locked = await bench.withStore((store) => store.locks.holders(Date.now()).length > 0);
    }
    const second = await bench.maint('monitor', '--once', '--now', '--json');
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('Already running');
    expect(JSON.parse(second.stdout)).toMatchObject({
      checked: 0,
      alreadyRunning: { pid: first.process.pid },
    });
    const { code, stdout } = await first.ended;
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { checked: 1 }]);
  });

  it('takes over at once from one that was killed', async () => {
    await setOrigin(bench, SITE, { mode: 'hang' });
    const first = startMaint(['monitor', '--once', '--now', '--json'], env());
    let locked = false;
    while (!locked) {
      locked = await bench.withStore((store) => store.locks.holders(Date.now()).length > 0);
    }
    first.process.kill('SIGKILL');
    await first.ended;
    await setOrigin(bench, SITE, { mode: 'ok' });
    expect(await pass(bench)).toMatchObject({ code: 0, checked: 1, alreadyRunning: null });
  });

  it('writes a document a line, serves metrics, and ends within 7 s of SIGTERM', async () => {
    await setOrigin(bench, SITE, BROKEN);
    const loop = startMaint(['monitor', '--now', '--json', '--metrics', '127.0.0.1:0'], env());
    await loop.says('"checked":1');
    const [, url] = /(http:\/\/127\.0\.0\.1:\d+\S*)/.exec(loop.said().stderr) ?? [];
    const metrics = await (await fetch(url?.replace(/\.$/, '') ?? 'http://127.0.0.1:9')).text();
    expect(metrics).toMatch(/verdict="failure"\} 1\b/);
    await setOrigin(bench, SITE, { mode: 'hang' });
    const stopped = Date.now();
    loop.process.kill('SIGTERM');
    const { code, stdout } = await loop.ended;
    expect(Date.now() - stopped).toBeLessThan(7_000);
    expect(code).toBe(143);
    const documents = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents.every(({ schema, command }) => schema === 1 && command === 'monitor')).toBe(true);
    expect(documents.at(-1)).toMatchObject({ stopped: true, checks: documents.length - 1 });
  });

  it('drains a loop in this process on the first signal', async () => {
    const signals = new Signals();
    const run = await bench.maintWith(
      { signals, onOutput: (text) => void (text.includes('"checked":1') && signals.send('SIGTERM')) },
      'monitor',
      '--now',
      '--json',
    );
    expect(run.code).toBe(143);
    expect(run.stderr).toContain('Stopping');
  });
});
