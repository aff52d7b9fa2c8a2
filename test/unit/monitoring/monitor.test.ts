import { describe, expect, it } from 'vitest';
import { MaintError } from '../../../src/model/errors.js';
import { DEFAULT_POLICY } from '../../../src/model/target.js';
import { createMonitor } from '../../../src/monitoring/monitor.js';
import { NOW } from '../store/store-fixture.js';
import { lift, machine, put } from './machine.js';
import { after } from './samples.js';

const fleet = (count: number) => Array.from({ length: count }, (_, at) => `s${at}.example`);
const types = (told: readonly { readonly type: string }[]) => told.map(({ type }) => type);

describe('a pass', () => {
  it('puts the page up after three failures and lifts it after two checks that are well', async () => {
    const m = await machine(['a.example']);
    await m.pass();
    m.verdicts.set('a.example', 'failure');
    expect((await m.passes(2)).actions).toEqual([]);
    const down = await m.pass();
    expect(down.checks[0]).toMatchObject({
      ok: false,
      state: 'down',
      failures: 3,
      statusCode: 503,
      error: 'http',
    });
    expect(down.actions).toMatchObject([{ domain: 'a.example', action: 'enable', outcome: 'enabled' }]);
    expect((await m.pass()).actions).toEqual([]);
    m.verdicts.set('a.example', 'success');
    expect((await m.pass()).checks[0]?.state).toBe('recovering');
    expect((await m.pass()).actions).toMatchObject([{ action: 'disable', outcome: 'disabled' }]);
    expect(m.acts).toEqual(['enable a.example', 'disable a.example']);
    expect(types(m.told)).toEqual(['down', 'enabled', 'recovered', 'disabled']);
  });

  it('checks what is due and nothing else, unless told to', async () => {
    const m = await machine(['a.example']);
    expect((await m.pass()).checked).toBe(1);
    m.wait(-50_000);
    expect((await m.pass()).checked).toBe(0);
    expect((await createMonitor(m.parts).pass({ now: true })).checked).toBe(1);
    expect(m.store.targets.history(1)).toHaveLength(2);
  });

  it('checks a site behind its page with the secret, on hosts that the page covers and on no other', async () => {
    const m = await machine(['a.example']);
    m.store.targets.insert('a.example', { ...DEFAULT_POLICY, url: 'https://status.elsewhere.example/' }, NOW);
    put(m.store, 'manual', 'e1', ['a.example']);
    await m.pass();
    expect(m.bypasses).toEqual([{ name: 'x-maint-bypass', value: 'secret-e1' }, null]);
  });

  it('lets sites that turn down together share one event', async () => {
    const m = await machine(fleet(4));
    for (const domain of fleet(3)) m.verdicts.set(domain, 'failure');
    await m.passes(3);
    expect(m.acts).toEqual(['enable s0.example,s1.example,s2.example']);
    expect(m.told.map(({ type, sites }) => [type, sites.length])).toEqual([
      ['down', 3],
      ['enabled', 3],
    ]);
  });

  it('in a dry run changes nothing and tells nobody', async () => {
    const m = await machine(['a.example'], { failureThreshold: 1 });
    m.verdicts.set('a.example', 'failure');
    const pass = await m.pass({ dryRun: true });
    expect(pass.actions).toMatchObject([{ action: 'enable', outcome: 'planned' }]);
    expect([m.acts, m.told, m.store.targets.history(1)]).toEqual([[], [], []]);
    expect(m.store.locks.holders(0)).toEqual([]);
  });

  it('that is stopped counts no check that was cut, and acts on none', async () => {
    const m = await machine(fleet(9), { failureThreshold: 1 });
    const stop = new AbortController();
    const pass = await m.pass({
      stop: stop.signal,
      concurrency: 1,
      checker: {
        check: async (one, bypass) => {
          if (one.domain === 's3.example') {
            stop.abort();
            throw new Error('cut');
          }
          m.verdicts.set(one.domain, 'failure');
          return m.parts.checker.check(one, bypass);
        },
        close: async () => {},
      },
    });
    expect([pass.checked, pass.interrupted, pass.actions]).toEqual([3, true, []]);
    expect(m.store.targets.list().filter(({ standing }) => standing.state === 'down')).toHaveLength(3);
    expect((await m.pass()).actions).toHaveLength(3);
  });

  it('drops results that are old', async () => {
    const m = await machine(['a.example']);
    await m.pass();
    m.wait(40 * 86_400_000);
    await m.pass();
    expect(m.store.targets.history(1)).toHaveLength(1);
    expect(m.store.targets.daily(1).map(({ day }) => day)).toEqual(['2026-11-23', '2027-01-02']);
  });
});

describe('not fooled', () => {
  it('by a network of its own that is down: nothing counts, nothing is done', async () => {
    const m = await machine(fleet(2));
    await m.pass();
    for (const domain of fleet(2)) m.verdicts.set(domain, 'failure');
    m.network = false;
    const pass = await m.passes(5);
    expect(pass.network).toBe(false);
    expect(pass.checks.map(({ state, verdict }) => [state, verdict])).toEqual([
      ['up', 'excused'],
      ['up', 'excused'],
    ]);
    expect([m.acts, m.told]).toEqual([[], []]);
    m.network = true;
    expect((await m.passes(3)).actions).toHaveLength(2);
  });

  it('and asks the witnesses only where something failed', async () => {
    const m = await machine(fleet(3));
    await m.pass();
    expect(m.witnessesAsked).toBe(0);
    m.verdicts.set('s0.example', 'failure');
    m.verdicts.set('s1.example', 'failure');
    await m.pass();
    expect(m.witnessesAsked).toBe(1);
  });

  it('by a storm: over the share nothing is enabled, for as long as it lasts', async () => {
    const m = await machine(fleet(4));
    for (const domain of fleet(3)) m.verdicts.set(domain, 'failure');
    await m.pass({ maxShare: 50 });
    await m.pass({ maxShare: 50 });
    for (let again = 0; again < 3; again += 1) {
      const pass = await m.pass({ maxShare: 50 });
      expect(pass.held).toContain('3 of 4 sites');
      expect(pass.actions.map(({ outcome }) => outcome)).toEqual(['held', 'held', 'held']);
    }
    expect(m.acts).toEqual([]);
    m.verdicts.delete('s0.example');
    const after = await m.pass({ maxShare: 50 });
    expect(after.held).toBeNull();
    expect(after.actions.map(({ domain }) => domain)).toEqual(['s1.example', 's2.example']);
  });

  it('by sites that were down for long and have nobody to put a page up', async () => {
    const m = await machine(fleet(5));
    for (const { id } of m.store.targets.list().slice(0, 4))
      m.store.targets.update(id, { autoEnable: false });
    for (const domain of fleet(4)) m.verdicts.set(domain, 'failure');
    await m.passes(10);
    m.verdicts.set('s4.example', 'failure');
    await m.passes(2);
    const pass = await m.pass({ maxShare: 50 });
    expect([pass.held, pass.actions.length]).toEqual([null, 1]);
  });
});

describe('what people do', () => {
  const downWithPage = async () => {
    const m = await machine(['a.example']);
    m.verdicts.set('a.example', 'failure');
    await m.passes(3);
    return m;
  };

  it('stands: a page that a person adopted is not lifted', async () => {
    const m = await downWithPage();
    const [open] = m.store.events.openSites();
    m.store.events.update(open?.eventId ?? '', { kind: 'manual' });
    m.verdicts.clear();
    await m.passes(5);
    expect(m.acts).toEqual(['enable a.example']);
  });

  it('stands: a page that a person lifted stays lifted until the site was well in between', async () => {
    const m = await downWithPage();
    lift(m.store, ['a.example']);
    await m.passes(5);
    expect(m.acts).toEqual(['enable a.example']);
    m.verdicts.clear();
    await m.passes(2);
    m.verdicts.set('a.example', 'failure');
    await m.passes(3);
    expect(m.acts).toEqual(['enable a.example', 'enable a.example']);
  });

  it('stands: a person’s page on a site that is well stays', async () => {
    const m = await machine(['a.example']);
    put(m.store, 'manual', 'e1', ['a.example']);
    await m.passes(5);
    expect(m.acts).toEqual([]);
  });

  it('stands where a person’s event and one of the monitor are on the same site', async () => {
    const m = await downWithPage();
    put(m.store, 'manual', 'e1', ['a.example']);
    m.verdicts.clear();
    await m.passes(5);
    expect(m.acts).toEqual(['enable a.example']);
  });
});

describe('several targets of one site', () => {
  const two = async () => {
    const m = await machine(['a.example'], { failureThreshold: 1, recoveryThreshold: 1 });
    const policy = { ...DEFAULT_POLICY, failureThreshold: 1, recoveryThreshold: 1, minHoldMs: 0 };
    const other = { ...policy, autoEnable: true, autoDisable: true, url: 'https://a.example/api/' };
    m.store.targets.insert('a.example', other, NOW);
    return m;
  };

  it('put the page up where one is down, and lift it where all are well', async () => {
    const m = await two();
    const failing = new Set(['https://a.example/api/']);
    const checker = {
      check: (one: Parameters<typeof m.parts.checker.check>[0]) => {
        m.verdicts.set(one.domain, failing.has(one.url) ? 'failure' : 'success');
        return m.parts.checker.check(one, null);
      },
      close: async () => {},
    };
    await m.pass({ checker });
    await m.pass({ checker });
    await m.pass({ checker });
    expect(m.acts).toEqual(['enable a.example']);
    failing.clear();
    await m.pass({ checker });
    expect(m.acts).toEqual(['enable a.example', 'disable a.example']);
  });
});

describe('trouble', () => {
  it('to act is told, and tried again with the next check', async () => {
    const m = await machine(['a.example'], { failureThreshold: 1 });
    m.verdicts.set('a.example', 'failure');
    m.trouble = new MaintError('remote-unreachable', 'Cloudflare does not answer.');
    const pass = await m.pass();
    expect(pass.actions).toMatchObject([{ outcome: 'failed' }]);
    expect(pass.actions[0]?.reason).toContain('Cloudflare does not answer.');
    m.trouble = null;
    expect((await m.pass()).actions).toMatchObject([{ outcome: 'enabled' }]);
    expect(types(m.told)).toEqual(['down', 'failed', 'enabled']);
  });

  it('of one site that must not be touched does not keep others back', async () => {
    const m = await machine(['a.example', 'b.example'], { failureThreshold: 1 });
    for (const domain of ['a.example', 'b.example']) m.verdicts.set(domain, 'failure');
    const refusal = ({ domain }: { readonly domain: string }) =>
      domain === 'a.example' ? 'Not yours.' : null;
    const pass = await m.pass({ act: { ...m.parts.act, refusal } });
    expect(pass.actions.map(({ domain, outcome }) => [domain, outcome])).toEqual([
      ['a.example', 'failed'],
      ['b.example', 'enabled'],
    ]);
  });

  it('of a pass that was killed before it acted: the next one does', async () => {
    const m = await machine(['a.example'], { failureThreshold: 1 });
    m.verdicts.set('a.example', 'failure');
    const dying = { ...m.parts.act, enable: () => Promise.reject(new TypeError('killed')) };
    await m.pass({ act: dying });
    expect((await m.pass()).actions).toMatchObject([{ outcome: 'enabled' }]);
  });

  it('of a pass that was killed while it lifted: the next one finishes, also where the site fails again', async () => {
    const m = await machine(['a.example']);
    m.verdicts.set('a.example', 'failure');
    await m.passes(3);
    m.verdicts.clear();
    const [open] = m.store.events.openSites();
    const dying = async () => {
      m.store.events.setSiteState(open?.eventId ?? '', ['a.example'], 'closing', NOW);
      throw new TypeError('killed');
    };
    await m.pass();
    await m.pass({ act: { ...m.parts.act, disable: dying } });
    m.verdicts.set('a.example', 'failure');
    expect((await m.pass()).actions).toMatchObject([{ action: 'disable', outcome: 'disabled' }]);
  });
});

describe('two at once', () => {
  it('leave the second without work, at once', async () => {
    const m = await machine(['a.example']);
    let second: Promise<Awaited<ReturnType<typeof m.pass>>> | null = null;
    const first = await m.pass({
      checker: {
        check: async (one, bypass) => {
          second ??= createMonitor(m.parts).pass({ now: true });
          await second;
          return m.parts.checker.check(one, bypass);
        },
        close: async () => {},
      },
    });
    expect(first.checked).toBe(1);
    const pass = await (second as unknown as ReturnType<typeof m.pass>);
    expect(pass).toMatchObject({ checked: 0, alreadyRunning: { command: 'monitor', actor: 'cron' } });
  });

  it('do not both count: one that was held up until another took over records nothing', async () => {
    const m = await machine(['a.example']);
    const stalled = m.pass({
      checker: {
        check: async (one, bypass) => {
          m.wait(60_000);
          const other = await createMonitor(m.parts).pass({ now: true });
          expect(other.alreadyRunning).toBeNull();
          return m.parts.checker.check(one, bypass);
        },
        close: async () => {},
      },
    });
    await expect(stalled).rejects.toMatchObject({ code: 'locked' });
    expect(m.store.targets.history(1)).toHaveLength(1);
  });
});

describe('the loop', () => {
  it('checks each target once an interval, spread, until it is stopped', async () => {
    const m = await machine(fleet(30));
    const stop = new AbortController();
    const sizes: number[] = [];
    const busy = await createMonitor({ ...m.parts, stop: stop.signal }).loop({
      onPass: (pass) => {
        sizes.push(pass.checked);
        if (m.parts.monotonic() > 10 * 60_000) stop.abort();
      },
    });
    expect(busy).toBeNull();
    const counts = m.store.targets.list().map(({ id }) => m.store.targets.history(id).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...counts)).toBeLessThanOrEqual(12);
    expect(Math.max(...sizes.slice(10))).toBeLessThanOrEqual(2);
    expect(m.store.locks.holders(Date.parse(after(0)))).toEqual([]);
  });

  it('survives a wall clock that jumps, and a pass that fails', async () => {
    const m = await machine(['a.example']);
    const stop = new AbortController();
    const errors: string[] = [];
    let jump = 0;
    let passes = 0;
    const broken = { value: true };
    const parts = {
      ...m.parts,
      stop: stop.signal,
      clock: () => new Date(m.parts.clock().getTime() + jump),
      onEvents: () => {
        if (broken.value) throw new MaintError('store-unwritable', 'The disk is full.');
      },
    };
    m.verdicts.set('a.example', 'failure');
    m.store.targets.update(1, { failureThreshold: 1, autoEnable: false });
    await createMonitor(parts).loop({
      onError: ({ code }) => {
        errors.push(code);
        broken.value = false;
      },
      onPass: () => {
        passes += 1;
        jump = passes % 2 === 0 ? 25 * 3_600_000 : -25 * 3_600_000;
        if (passes === 10) stop.abort();
      },
    });
    expect(errors).toEqual(['store-unwritable']);
    expect(m.parts.monotonic()).toBeGreaterThan(9 * 60_000);
    expect(m.parts.monotonic()).toBeLessThan(13 * 60_000);
  });

  it('leaves at once where another is at work', async () => {
    const m = await machine(['a.example']);
    const other = {
      runId: 'x',
      pid: process.pid,
      host: 'desk',
      command: 'monitor',
      actor: 'ann',
      since: NOW,
    };
    m.store.locks.acquire(['monitor'], other, Date.parse(NOW), 600_000);
    expect(await createMonitor(m.parts).loop({ onPass: () => {} })).toMatchObject({ actor: 'ann' });
  });
});
