import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MaintError } from '../../../src/model/errors.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { seededRandom } from '../../../src/sandbox/seeded-random.js';
import { sweepRehearsals } from '../../../src/setup/rehearse.js';
import { setUp } from '../../../src/setup/setup.js';
import type { SetupOptions, StepReport } from '../../../src/setup/setup-types.js';
import { tearDown } from '../../../src/setup/teardown.js';
import { type Commands, flyingTime, type Machine, startMachine } from '../../support/mortal-machine.js';
import { type PlayedWorld, playedParts } from '../../support/setup-parts.js';

const DOMAIN = 'site-0001.example';

describe('a setup whose surroundings are played', () => {
  let sandbox: Sandbox;
  let machine: Machine;
  let process: Commands;
  const zoneId = () => [...sandbox.state.zones.keys()][0]!;
  const mode = () => sandbox.state.settings.get(zoneId())?.get('ssl');
  const scripts = () => [...sandbox.state.scripts.values()].flatMap((each) => [...each.keys()]);
  const routes = () => [...sandbox.state.routes.values()].flat();

  beforeAll(async () => {
    sandbox = await startSandbox({ fleet: 'plain', zones: 1, edge: false, rateLimit: 100_000 });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    sandbox.state.settings.set(zoneId(), new Map([['ssl', 'flexible']]));
    machine = await startMachine(sandbox, flyingTime(Date.now()), seededRandom(5));
    process = machine.process();
    return async () => {
      await process.close();
      machine.close();
    };
  });

  const setup = async (world: PlayedWorld, options: Partial<SetupOptions> = {}) => {
    const parts = playedParts(sandbox, process.engine, world);
    const report = await setUp(parts, DOMAIN, { actor: 'ann', ...options });
    const step = (name: string) => report.steps.find((one) => one.name === name) as StepReport;
    return { report, step };
  };
  const teardown = () => tearDown(playedParts(sandbox, process.engine), DOMAIN, { actor: 'ann' });

  it('raises the mode as far as every origin of the zone supports', async () => {
    expect((await setup({ tls: () => 'trusted' }, { ssl: 'auto' })).step('ssl').status).toBe('changed');
    expect(mode()).toBe('strict');
    await teardown();
    expect(mode()).toBe('flexible');
    await setup({ tls: () => 'untrusted' }, { ssl: 'auto' });
    expect(mode()).toBe('full');
    expect((await setup({ tls: () => 'untrusted' }, { ssl: 'auto' })).step('ssl').status).toBe('ok');
    await setup({ tls: () => 'trusted' }, { ssl: 'auto' });
    expect(mode()).toBe('strict');
    await teardown();
    // The way it came: from strict to full, from full to flexible.
    expect(mode()).toBe('flexible');
  });

  it('looks at the origin behind each proxied record, by its own name', async () => {
    const dns = sandbox.state.dns.get(zoneId())!;
    const kept = [...dns];
    const [apex] = dns;
    const record = (fields: object) => ({ ...apex!, ...fields });
    dns.push(
      record({ id: 'a1', name: `*.${DOMAIN}`, content: '203.0.113.8' }),
      record({ id: 'a2', name: `past.${DOMAIN}`, content: '203.0.113.9', proxied: false }),
      record({ id: 'a3', name: `worker.${DOMAIN}`, type: 'AAAA', content: '100::' }),
    );
    const asked: string[] = [];
    const tls = (address: string, servername: string) => {
      asked.push(`${servername} at ${address}`);
      return servername.startsWith('maint-check') ? ('none' as const) : ('trusted' as const);
    };
    const { step } = await setup({ tls }, { ssl: 'auto', dnsTarget: '203.0.113.7' });
    sandbox.state.dns.set(zoneId(), kept);
    expect(asked.sort()).toEqual([
      `maint-check.${DOMAIN} at 203.0.113.8`,
      `${DOMAIN} at 192.0.2.10`,
      `${DOMAIN} at 203.0.113.7`,
      `www.${DOMAIN} at 192.0.2.10`,
    ]);
    expect([step('ssl').status, mode()]).toEqual(['suggested', 'flexible']);
  });

  it('puts the mode back where the origin turns out not to be up to it', async () => {
    const edge = () => (mode() === 'strict' ? { status: 526, eventId: null } : null);
    const tls = () => 'trusted' as const;
    const { report, step } = await setup({ edge, tls }, { ssl: 'strict' });
    expect(step('ssl')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('flexible again'),
    });
    expect([report.success, mode(), machine.store.setup.open()]).toEqual([false, 'flexible', []]);
    expect(report.error?.hint).toContain(`maint setup ${DOMAIN}`);
    // What it raised before and kept is still known to be its own.
    expect((await setup({ tls }, { ssl: 'full' })).report.success).toBe(true);
    expect((await setup({ edge, tls }, { ssl: 'strict' })).report.success).toBe(false);
    expect(mode()).toBe('full');
    await teardown();
    expect(mode()).toBe('flexible');
    // What was broken before says nothing about the new mode.
    const broken = await setup(
      { tls, edge: (url) => (url.includes('maint-check') ? { status: 525, eventId: null } : null) },
      { ssl: 'full' },
    );
    expect([broken.step('ssl').status, mode()]).toEqual(['changed', 'full']);
  });

  it('raises no mode that an origin was not seen to support, unless forced', async () => {
    const tls = (_address: string, name: string) => (name.startsWith('www.') ? 'none' : 'trusted');
    const blind = await setup({ tls }, { ssl: 'strict' });
    expect([blind.report.error?.code, mode()]).toEqual(['guard-refused', 'flexible']);
    expect(blind.step('ssl').message).toContain(`www.${DOMAIN} was not seen to speak TLS`);
    const untrusted = await setup({ tls: () => 'untrusted' }, { ssl: 'strict' });
    expect(untrusted.step('ssl').message).toContain('does not trust');
    expect((await setup({ tls: () => 'untrusted' }, { ssl: 'full' })).step('ssl').status).toBe('changed');
    expect((await setup({ tls }, { ssl: 'strict', force: true })).step('ssl').status).toBe('changed');
    await teardown();
  });

  it('looks at every hostname of the zone after a raise, and says which it did not reach', async () => {
    const tls = () => 'trusted' as const;
    const broken = (url: string) =>
      url.includes(`//www.${DOMAIN}/`) && mode() === 'strict' ? { status: 526, eventId: null } : null;
    const { step } = await setup({ tls, edge: broken }, { ssl: 'strict' });
    expect([step('ssl').message, mode()]).toEqual([expect.stringContaining(`www.${DOMAIN}`), 'flexible']);
    const silent = (url: string) =>
      url.includes(`//www.${DOMAIN}/`) ? { status: null, eventId: null } : null;
    const blind = await setup({ tls, edge: silent }, { ssl: 'strict' });
    expect(blind.step('ssl')).toMatchObject({
      status: 'changed',
      details: [`www.${DOMAIN} could not be reached from here: look whether it answers.`],
    });
    await teardown();
  });

  it('looks at a mode that a killed run raised, and puts it back where the site is broken', async () => {
    const tls = () => 'trusted' as const;
    const edge = () => (mode() === 'strict' ? { status: 526, eventId: null } : null);
    const killed = playedParts(sandbox, process.engine, { tls });
    const dies = async () => {
      if (mode() === 'strict') throw new Error('killed');
      return { status: 200, eventId: null };
    };
    await expect(setUp({ ...killed, probe: dies }, DOMAIN, { actor: 'ann', ssl: 'strict' })).rejects.toThrow(
      'killed',
    );
    expect([mode(), machine.store.setup.open()]).toMatchObject(['strict', [{ state: 'intended' }]]);
    const next = await setup({ tls, edge }, { ssl: 'strict' });
    expect(next.step('ssl')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('flexible again'),
    });
    expect([mode(), machine.store.setup.open()]).toEqual(['flexible', []]);
  });

  it('waits for what a lagging list does not show yet, so that nothing is made twice or left', async () => {
    const { dns } = sandbox.state;
    const kept = [...dns.get(zoneId())!];
    dns.set(zoneId(), []);
    const api = process.engine.cloudflare('');
    const lost = { create: async () => Promise.reject(new MaintError('outcome-unknown', 'lost')) };
    const parts = playedParts(sandbox, process.engine);
    const over = (changes: object) => ({
      ...parts,
      tokens: () => [{ name: null, open: () => ({ ...api, ...changes }) }],
    });
    const sending = {
      dns: {
        ...api.dns,
        create: async (...args: Parameters<typeof api.dns.create>) => {
          await api.dns.create(...args);
          return lost.create();
        },
      },
    };
    const options = { actor: 'ann', dnsTarget: '203.0.113.7' };
    await setUp(over(sending) as never, DOMAIN, options);
    expect(dns.get(zoneId())).toHaveLength(1);
    let looks = 0;
    const lagging = {
      dns: { ...api.dns, list: async (id: string) => (++looks < 4 ? [] : api.dns.list(id)) },
    };
    const next = await setUp(over(lagging) as never, DOMAIN, options);
    expect([next.success, dns.get(zoneId())!.length]).toEqual([true, 2]);
    await teardown();
    expect(dns.get(zoneId())).toEqual([]);
    dns.set(zoneId(), kept);
  });

  it('removes by its id what a lagging list does not show at a teardown', async () => {
    const { dns } = sandbox.state;
    const kept = [...dns.get(zoneId())!];
    dns.set(zoneId(), []);
    await setup({}, { dnsTarget: '203.0.113.7' });
    expect(dns.get(zoneId())).toHaveLength(2);
    const api = process.engine.cloudflare('');
    const parts = playedParts(sandbox, process.engine);
    const lagging = () => ({ ...api, dns: { ...api.dns, list: async () => [] } }) as never;
    const report = await tearDown({ ...parts, cloudflare: lagging }, DOMAIN, { actor: 'ann' });
    expect(report.steps.filter(({ name }) => name === 'dns-record')).toMatchObject([
      { status: 'changed' },
      { status: 'changed' },
    ]);
    expect(dns.get(zoneId())).toEqual([]);
    dns.set(zoneId(), kept);
  });

  it('waits for a mode that a killed run asked for, so that it is known whose it is', async () => {
    const api = process.engine.cloudflare('');
    const [account] = [...sandbox.state.accounts.keys()];
    const at = process.engine.clock().toISOString();
    const item = { domain: DOMAIN, accountId: account!, zoneId: zoneId(), actor: 'ann', at };
    machine.store.setup.intend({ ...item, kind: 'ssl', subject: 'ssl', before: 'flexible', after: 'full' });
    let looks = 0;
    const get = async (id: string, name: string) => {
      if (name === 'ssl' && ++looks === 2) sandbox.state.settings.set(zoneId(), new Map([['ssl', 'full']]));
      return api.settings.get(id, name);
    };
    const late = { ...api, settings: { ...api.settings, get } };
    const parts = playedParts(sandbox, process.engine);
    const tokens = () => [{ name: null, open: () => late as never }];
    await setUp({ ...parts, tokens }, DOMAIN, { actor: 'ann' });
    expect(machine.store.setup.open().find(({ kind }) => kind === 'ssl')?.state).toBe('made');
    await teardown();
    expect(mode()).toBe('flexible');
  });

  it('waits for a route of an interrupted rehearsal that a lagging list does not show yet', async () => {
    const api = process.engine.cloudflare('');
    const [account] = [...sandbox.state.accounts.keys()];
    const script = 'maint-rehearsal-lost';
    const item = {
      domain: DOMAIN,
      accountId: account!,
      zoneId: zoneId(),
      before: null,
      after: script,
      actor: 'ann',
    };
    const subject = `${DOMAIN}/.well-known/${script}*`;
    const at = process.engine.clock().toISOString();
    machine.store.setup.intend({ ...item, kind: 'rehearsal-route', subject, at });
    await api.routes.create(zoneId(), { pattern: subject, script: null });
    let looks = 0;
    const list = async (id: string) => {
      looks += 1;
      return looks < 3 ? [] : (await api.routes.list(id)).map((route) => ({ ...route, script }));
    };
    const lagging = { ...api, routes: { ...api.routes, list } };
    await sweepRehearsals(process.engine, machine.store.setup.open(), lagging as typeof api);
    expect([routes(), machine.store.setup.open()]).toEqual([[], []]);
  });

  it('asks a person before it raises the mode, and says what it would do where nobody is there', async () => {
    const bare = await setup({ tls: () => 'trusted' });
    expect(bare.step('ssl')).toMatchObject({
      status: 'suggested',
      details: [expect.stringContaining('--ssl auto')],
    });
    const questions: string[] = [];
    const asked = await setup(
      { tls: () => 'trusted' },
      { ask: async (question) => questions.push(question) > 0 },
    );
    expect(questions).toEqual([
      `Raise the SSL mode of ${DOMAIN}, all its hostnames, from flexible to strict?`,
    ]);
    expect([asked.step('ssl').status, mode()]).toEqual(['changed', 'strict']);
  });

  it('fails a rehearsal that something else answers, and takes it away', async () => {
    const edge = (url: string) => (url.includes('.well-known') ? { status: 301, eventId: null } : null);
    const { report, step } = await setup({ edge });
    expect(step('rehearsal')).toMatchObject({ status: 'failed', message: expect.stringContaining('301') });
    expect(step('site').status).toBe('skipped');
    expect(report.error).toMatchObject({ code: 'failed', message: expect.stringMatching(/^rehearsal: /) });
    expect([scripts(), routes(), machine.store.setup.open(), machine.store.sites.count()]).toEqual([
      [],
      [],
      [],
      0,
    ]);
  });

  it('goes on where this machine cannot reach the site, and says that nothing is proven', async () => {
    const { report, step } = await setup({ edge: () => ({ status: null, eventId: null }) });
    expect([report.success, step('rehearsal').status, step('site').status]).toEqual([
      true,
      'suggested',
      'changed',
    ]);
    expect([scripts(), routes()]).toEqual([[], []]);
  });

  it('keeps in the journal what it could not take away, and the next run does', async () => {
    sandbox.faults.add({
      method: 'DELETE',
      path: '/accounts/*/workers/scripts/maint-rehearsal-*',
      html: 403,
    });
    const { report } = await setup({});
    sandbox.faults.clear();
    expect(report.success).toBe(false);
    expect(scripts()).toHaveLength(1);
    expect((await setup({})).step('workers')).toMatchObject({ status: 'changed' });
    expect(scripts()).toEqual([]);
  });

  it('names rehearsals of other machines and leaves them alone', async () => {
    const api = process.engine.cloudflare('');
    const account = [...sandbox.state.accounts.keys()][0]!;
    const upload = {
      mainModule: 'a.js',
      compatibilityDate: '2026-01-01',
      services: {},
      tags: [],
      message: '',
    };
    const modules = [{ name: 'a.js', type: 'application/javascript+module', content: 'export default {}' }];
    await api.scripts.upload(account, 'maint-rehearsal-elsewhere', { ...upload, modules });
    const { step } = await setup({});
    expect(step('workers')).toMatchObject({
      status: 'suggested',
      details: [expect.stringContaining('elsewhere')],
    });
    expect(scripts()).toEqual(['maint-rehearsal-elsewhere']);
    await api.scripts.delete(account, 'maint-rehearsal-elsewhere');
  });

  it('does not take the rehearsal of another setup of this machine for one of elsewhere', async () => {
    const api = process.engine.cloudflare('');
    const scripts = {
      ...api.scripts,
      list: async () => [{ name: 'maint-rehearsal-live', tags: [], modifiedOn: null, routes: null }],
    };
    const item = {
      domain: 'other.example',
      accountId: 'a',
      zoneId: 'z',
      before: null,
      after: null,
      actor: 'bob',
    };
    const at = process.engine.clock().toISOString();
    machine.store.setup.intend({ ...item, kind: 'rehearsal-script', subject: 'maint-rehearsal-live', at });
    const parts = playedParts(sandbox, process.engine);
    const tokens = () => [{ name: null, open: () => ({ ...api, scripts }) as never }];
    const report = await setUp({ ...parts, tokens }, DOMAIN, { actor: 'ann' });
    expect(report.steps.find(({ name }) => name === 'workers')).toMatchObject({ status: 'ok', details: [] });
  });

  it('goes by the token of the site, and rehearses anew with another one', async () => {
    const api = process.engine.cloudflare('');
    const named = (name: string) => ({
      name,
      open: () => ({
        ...api,
        tokens: {
          verify: async () => ({ id: name, status: 'active', kind: 'user' as const, expiresOn: null }),
        },
      }),
    });
    const parts = playedParts(sandbox, process.engine);
    const tokens = () => [named('agency'), named('hotel')];
    const runs = async () => {
      const report = await setUp({ ...parts, tokens: tokens as never }, DOMAIN, { actor: 'ann' });
      return report.steps
        .filter(({ name }) => ['token', 'rehearsal'].includes(name))
        .map(({ message }) => message);
    };
    expect(await runs()).toEqual([
      expect.stringContaining('(agency)'),
      expect.stringContaining('seen through'),
    ]);
    expect(await runs()).toEqual([
      expect.stringContaining('(agency)'),
      expect.stringContaining('not repeated'),
    ]);
    const site = machine.store.sites.byDomain(DOMAIN)!;
    machine.store.sites.update([site.id], { token: 'hotel' }, process.engine.clock().toISOString());
    expect(await runs()).toEqual([
      expect.stringContaining('(hotel)'),
      expect.stringContaining('seen through'),
    ]);
    machine.store.sites.update([site.id], { token: 'gone' }, process.engine.clock().toISOString());
    await runs();
    expect(machine.store.sites.byDomain(DOMAIN)?.token).toBe('agency');
  });

  it('has the first URL checked that answers well, and none where none does', async () => {
    const none = await setup({ healthy: () => false });
    expect(none.step('monitoring')).toMatchObject({ status: 'suggested' });
    expect(machine.store.targets.byDomain(DOMAIN)).toEqual([]);
    await setup({ healthy: (url) => !url.endsWith('/health/') });
    expect(machine.store.targets.byDomain(DOMAIN)).toMatchObject([
      { url: `https://${DOMAIN}/`, autoEnable: false },
    ]);
  });

  it('brings a site up to date whose zone was made anew, and keeps what a person set', async () => {
    machine.store.sites.insert(
      [
        {
          domain: DOMAIN,
          zoneId: '0'.repeat(32),
          zoneName: DOMAIN,
          accountId: '1'.repeat(32),
          environment: 'staging',
          project: 'alpha',
          owner: null,
          tags: [],
          active: false,
          inactiveReason: 'gone',
          token: null,
          plan: null,
        },
      ],
      '2026-01-01T00:00:00.000Z',
    );
    expect((await setup({}, { environment: 'testing' })).step('site').status).toBe('changed');
    expect(machine.store.sites.byDomain(DOMAIN)).toMatchObject({
      zoneId: zoneId(),
      environment: 'staging',
      project: 'alpha',
      active: true,
      plan: 'free',
    });
    await teardown();
    expect(machine.store.sites.count()).toBe(1);
  });

  it('begins nothing once it is told to stop, and keeps off a zone where another run is', async () => {
    const stopped = await setup({}, { stop: AbortSignal.abort() });
    expect(stopped.report.error).toMatchObject({
      code: 'interrupted',
      // Nothing was made yet, so nothing is said of teardown.
      hint: `Run 'maint setup ${DOMAIN}' again: it goes on from here.`,
    });
    const parts = playedParts(sandbox, process.engine);
    const lease = parts.takeZone(zoneId(), 'enable', 'eve');
    expect((await setup({})).report.error?.code).toBe('locked');
    lease.release();
    expect((await setup({})).report.success).toBe(true);
  });
});
