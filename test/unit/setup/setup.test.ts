import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { seededRandom } from '../../../src/sandbox/seeded-random.js';
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
    const { report, step } = await setup({ edge }, { ssl: 'strict' });
    expect(step('ssl')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('flexible again'),
    });
    expect([report.success, mode(), machine.store.setup.open()]).toEqual([false, 'flexible', []]);
    expect(report.error?.hint).toContain(`maint setup ${DOMAIN}`);
    // What it raised before and kept is still known to be its own.
    expect((await setup({}, { ssl: 'full' })).report.success).toBe(true);
    expect((await setup({ edge }, { ssl: 'strict' })).report.success).toBe(false);
    expect(mode()).toBe('full');
    await teardown();
    expect(mode()).toBe('flexible');
    // What was broken before says nothing about the new mode.
    const broken = await setup(
      { edge: (url) => (url.includes('maint-check') ? { status: 525, eventId: null } : null) },
      { ssl: 'full' },
    );
    expect([broken.step('ssl').status, mode()]).toEqual(['changed', 'full']);
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
    expect(stopped.report.error?.code).toBe('interrupted');
    const parts = playedParts(sandbox, process.engine);
    const lease = parts.takeZone(zoneId(), 'enable', 'eve');
    expect((await setup({})).report.error?.code).toBe('locked');
    lease.release();
    expect((await setup({})).report.success).toBe(true);
  });
});
