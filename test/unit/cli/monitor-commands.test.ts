import { beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.js';
import type { Maint } from '../../../src/maint.js';
import { MaintError } from '../../../src/model/errors.js';
import { DEFAULT_POLICY } from '../../../src/model/target.js';
import type { LoopOptions, Monitor, MonitorPass } from '../../../src/monitoring/types.js';
import { readChannels } from '../../../src/notify/channels.js';
import type { MonitorOptions } from '../../../src/open-monitor.js';
import type { Store } from '../../../src/store/store.js';
import { maint, storeOf } from './fake-maint.js';
import { memoryTerminal, NOW } from './memory-terminal.js';

const HOLDER = {
  runId: 'r',
  pid: 42,
  host: 'box',
  command: 'monitor',
  actor: 'ann',
  since: NOW.toISOString(),
};

function pass(more: Partial<MonitorPass> = {}): MonitorPass {
  const check = {
    targetId: 1,
    domain: 'a.example',
    url: 'https://a.example/',
    ok: false,
    verdict: 'failure',
    statusCode: 502,
    responseTimeMs: 41,
    connectMs: 2,
    firstByteMs: 40,
    error: 'http',
    detail: 'HTTP 502',
    state: 'down',
    failures: 3,
    successes: 0,
  } as const;
  return {
    at: NOW.toISOString(),
    checked: 1,
    held: null,
    network: true,
    checks: [check],
    actions: [],
    alreadyRunning: null,
    interrupted: false,
    ...more,
  };
}

let store: Store;
beforeEach(async () => {
  store = await storeOf(['a.example', 'b.example']);
  store.targets.insert(
    'a.example',
    { ...DEFAULT_POLICY, url: 'https://a.example/', minHoldMs: 300_000 },
    NOW.toISOString(),
  );
});

/** A monitor whose passes are given, and a notifier with nothing to send. */
function fakeMonitor(monitor: Partial<Monitor>) {
  const opened: MonitorOptions[] = [];
  const calls: string[] = [];
  const notifier = {
    channels: [],
    tell: () => {},
    deliver: async () => {
      calls.push('deliver');
      return [];
    },
    serve: async () => {},
    test: async () => [],
  };
  const parts: Partial<Maint> = {
    notifier,
    monitor: (options = {}) => {
      opened.push(options);
      return { pass: async () => pass(), loop: async () => null, ...monitor };
    },
  };
  return { parts, opened, calls };
}

async function once(argv: readonly string[], result: MonitorPass, more: object = {}) {
  const fake = fakeMonitor({ pass: async () => result });
  const ran = await maint(['monitor', '--once', ...argv], { store, maint: fake.parts, ...more });
  return Object.assign(ran, fake);
}

describe('monitor --once', () => {
  it('gives one document with checks and actions', async () => {
    const action = {
      domain: 'a.example',
      action: 'enable',
      outcome: 'enabled',
      eventId: 'e1',
      reason: 'r',
    } as const;
    const { code, json, calls, opened } = await once(['--json'], pass({ actions: [action] }));
    expect([code, calls]).toEqual([0, ['deliver']]);
    expect(opened[0]).toMatchObject({ dryRun: false });
    expect(opened[0]).not.toHaveProperty('domains');
    expect(json()).toMatchObject({
      command: 'monitor',
      ok: true,
      checked: 1,
      held: null,
      checks: [
        { domain: 'a.example', ok: false, statusCode: 502, responseTimeMs: 41, state: 'down', failures: 3 },
      ],
      actions: [{ domain: 'a.example', action: 'enable', outcome: 'enabled', eventId: 'e1', reason: 'r' }],
    });
  });

  it('shows a person what is wrong and what was done', async () => {
    const action = {
      domain: 'a.example',
      action: 'enable',
      outcome: 'enabled',
      eventId: 'e1',
      reason: 'r',
    } as const;
    const { stdout } = await once([], pass({ actions: [action] }), {
      tty: true,
      columns: 90,
      env: { NO_COLOR: '1' },
    });
    expect(stdout).toMatch(/a\.example\s+down\s+502 HTTP 502\s+41ms/);
    expect(stdout).toContain('up a.example: r event e1');
    expect(stdout).toContain('1 check · 1 failed');
  });

  it('ends at once with 0 where another runs', async () => {
    const { code, stderr, json } = await once(
      ['--json'],
      pass({ checked: 0, checks: [], alreadyRunning: HOLDER }),
    );
    expect(code).toBe(0);
    expect(stderr).toContain('Already running: process 42 on box');
    expect(json()).toMatchObject({ ok: true, checked: 0, alreadyRunning: { pid: 42 } });
  });

  it('says on stderr that it was held back, also with --quiet', async () => {
    const { code, stderr } = await once(['--quiet'], pass({ held: '9 of 10 sites turned down together.' }));
    expect([code, stderr]).toEqual([0, expect.stringContaining('9 of 10 sites turned down together.')]);
  });

  it('fails where it could not act', async () => {
    const action = {
      domain: 'a.example',
      action: 'enable',
      outcome: 'failed',
      eventId: null,
      reason: 'No.',
    } as const;
    expect((await once([], pass({ actions: [action] }))).code).toBe(1);
    const other = { ...action, domain: 'b.example', outcome: 'enabled' } as const;
    expect((await once([], pass({ actions: [action, other] }))).code).toBe(3);
  });

  it('hands flags and selection on, and sends nothing in a dry run', async () => {
    const flags = '--max-share 30 --concurrency 5 --witness https://w.example/ --dry-run a.example';
    const { opened, calls } = await once(flags.split(' '), pass());
    expect(opened[0]).toMatchObject({
      dryRun: true,
      maxShare: 30,
      concurrency: 5,
      witnesses: ['https://w.example/'],
      domains: ['a.example'],
    });
    expect(calls).toEqual([]);
    expect((await once(['--witness', 'none'], pass())).opened[0]).toMatchObject({ witnesses: 'none' });
  });

  it('stops a pass that takes longer than --max-runtime, and fails', async () => {
    const fake = fakeMonitor({});
    const stuck: Monitor['pass'] = () =>
      new Promise((resolve) => {
        fake.opened[0]?.stop?.addEventListener('abort', () => resolve(pass({ interrupted: true })));
      });
    const parts = {
      ...fake.parts,
      monitor: (options: MonitorOptions = {}) => ({ ...fake.parts.monitor!(options), pass: stuck }),
    };
    const { code, stderr } = await maint(['monitor', '--once', '--max-runtime', '1s'], {
      store,
      maint: parts,
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining("longer than '--max-runtime' allows")]);
  });

  it.each([
    [['--max-runtime', '5s'], "is for '--once'"],
    [['--once', '--max-runtime', 'soon'], '--max-runtime'],
    [['--once', '--interval', '5s'], 'is for the loop'],
    [['--once', '--metrics', '9464'], 'is for the loop'],
    [['--metrics', 'nowhere'], 'is not host:port'],
    [['--witness', 'none', '--witness', 'https://w.example/'], "alone, 'none'"],
    [['--max-share', '0'], 'from 1 to 100'],
    [['z.example'], 'z.example'],
  ])('refuses %j', async (argv, says) => {
    const { code, stderr } = await maint(['monitor', ...argv], { store, maint: fakeMonitor({}).parts });
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});

describe('the loop', () => {
  /** Runs `maint monitor` with a loop that is stopped after what `during` does. */
  async function loop(
    argv: readonly string[],
    during: (options: LoopOptions, metrics: string) => Promise<void>,
  ) {
    const terminal = memoryTerminal();
    const { parts, calls } = fakeMonitor({
      loop: async (options) => {
        const url = /http:\S+\/metrics/.exec(terminal.written.stderr)?.[0] ?? '';
        await during(options, url);
        terminal.interrupt('SIGTERM');
        return null;
      },
    });
    const services = {
      startSandbox: () => Promise.reject(new Error('no sandbox')),
      createMaint: async () => ({ store, config: { token: 't' }, close: async () => {}, ...parts }) as never,
      system: { homedir: () => '/nowhere', username: () => 'ada', readFile: () => '{}' },
    };
    const code = await main(['monitor', ...argv], terminal, { HOME: '/nowhere' }, services);
    return { code, calls, ...terminal.written };
  }

  it('prints a document a line and a last one that sums up, and ends as its signal says', async () => {
    const ended = await loop(['--json'], async ({ onPass, onError }) => {
      onPass(pass());
      onError?.(new MaintError('store-unwritable', 'The store is busy.'));
      onPass(pass({ checked: 2 }));
    });
    expect([ended.code, ended.calls]).toEqual([143, ['deliver']]);
    expect(ended.stderr).toContain('The store is busy.');
    const documents = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents).toMatchObject([
      { ok: true, checked: 1 },
      { ok: true, checked: 2 },
      { ok: true, stopped: true, passes: 2, checks: 3, actions: 0 },
    ]);
  });

  it('serves metrics while it runs', async () => {
    let text = '';
    let address = '';
    const { code } = await loop(['--metrics', ':0'], async ({ onPass }, url) => {
      onPass(pass());
      address = url;
      text = await (await fetch(url)).text();
    });
    expect([code, text]).toEqual([143, expect.stringContaining('maint_checks_total{verdict="failure"} 1')]);
    await expect(fetch(address)).rejects.toThrow();
  });

  it('ends at once with 0 where another runs', async () => {
    const { parts } = fakeMonitor({ loop: async () => HOLDER });
    const { code, stderr, json } = await maint(['monitor', '--json'], { store, maint: parts });
    expect([code, stderr]).toEqual([0, expect.stringContaining('Already running')]);
    expect(json()).toMatchObject({ checked: 0, alreadyRunning: { pid: 42 } });
  });
});

describe('monitor explain and simulate', () => {
  it('explains a site in sentences', async () => {
    const explanation = {
      targetId: 1,
      url: 'https://a.example/',
      state: 'down',
      wish: null,
      sentences: ['It is down.', 'It was taken down by a person.'],
    } as const;
    const more = { store, maint: { explainMonitor: () => [explanation] } };
    const told = await maint(['monitor', 'explain', 'a.example'], {
      ...more,
      tty: true,
      env: { NO_COLOR: '1' },
    });
    expect(told.stdout).toBe(
      'https://a.example/ target 1, down\n  It is down.\n  It was taken down by a person.\n',
    );
    expect((await maint(['monitor', 'explain', 'a.example', '--json'], more)).json()).toMatchObject({
      command: 'monitor explain',
      domain: 'a.example',
      targets: [explanation],
    });
    expect((await maint(['monitor', 'explain', 'z.example'], more)).code).toBe(2);
  });

  it('replays results under other thresholds', async () => {
    const [target] = store.targets.list();
    if (target === undefined) throw new Error('no target');
    for (let minutes = 10; minutes > 0; minutes -= 1) {
      const failing = minutes <= 6 && minutes > 2;
      const at = new Date(NOW.getTime() - minutes * 60_000).toISOString();
      const result = {
        targetId: target.id,
        at,
        verdict: failing ? ('failure' as const) : ('success' as const),
        statusCode: failing ? 502 : 200,
        error: failing ? ('http' as const) : null,
        detail: null,
        connectMs: 1,
        firstByteMs: 2,
        totalMs: 3,
      };
      store.targets.record([{ result, standing: target.standing }]);
    }
    const argv = ['monitor', 'simulate', 'a.example', '--failures', '5'];
    const { code, json } = await maint([...argv, '--json'], { store });
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      targets: [
        {
          asIs: { failureThreshold: 3, checks: 10, actions: [{ action: 'enable' }] },
          asAsked: { failureThreshold: 5, checks: 10, actions: [] },
        },
      ],
    });
    const { stdout } = await maint(argv, { store, tty: true, columns: 90, env: { NO_COLOR: '1' } });
    expect(stdout).toMatch(/as it is\s+3\s+2\s+5m\s+1/);
    expect(stdout).toMatch(/as asked\s+5\s+2\s+5m\s+0/);
    expect((await maint(['monitor', 'simulate', 'a.example', '--failures', '0'], { store })).code).toBe(2);
  });
});

describe('notify test', () => {
  const channels = readChannels([
    { type: 'slack', url: 'https://hooks.example/secret' },
    { type: 'command', command: ['page'] },
  ]);
  const withOutcomes = (oks: readonly boolean[]) => {
    const { notifier } = fakeMonitor({}).parts as Maint;
    const test: Maint['notifier']['test'] = async (chosen) =>
      chosen.map(({ name, type }, index) => ({
        channel: name,
        type,
        ok: oks[index] === true,
        error: oks[index] === true ? null : 'it answered 404',
      }));
    return { store, maint: { notifier: { ...notifier, channels, test } } };
  };

  it.each([
    [[true, true], 0],
    [[true, false], 3],
    [[false, false], 1],
  ])('%j ends with %i', async (oks, exit) => {
    const { code, json, stdout } = await maint(['notify', 'test', '--json'], withOutcomes(oks));
    expect(code).toBe(exit);
    expect(json()).toMatchObject({
      channels: [
        { channel: 'slack', ok: oks[0] },
        { channel: 'command', ok: oks[1] },
      ],
    });
    expect(stdout).not.toContain('secret');
  });

  it('takes names, and refuses one that is not there', async () => {
    const one = await maint(['notify', 'test', 'command', '--json'], withOutcomes([true]));
    expect(one.json()).toMatchObject({ channels: [{ channel: 'command' }] });
    const wrong = await maint(['notify', 'test', 'slak'], withOutcomes([true]));
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Did you mean 'slack'?")]);
    const none = await maint(['notify', 'test'], { store, maint: fakeMonitor({}).parts });
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('name no channel')]);
  });
});
