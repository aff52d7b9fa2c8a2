import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { seededRandom } from '../../../src/sandbox/seeded-random.js';
import { setUp } from '../../../src/setup/setup.js';
import type { SetupOptions, StepReport } from '../../../src/setup/setup-types.js';
import { tearDown } from '../../../src/setup/teardown.js';
import { type Commands, flyingTime, type Machine, startMachine } from '../../support/mortal-machine.js';
import { type PlayedWorld, playedParts } from '../../support/setup-parts.js';
import { newSite } from './setup-fixture.js';

const DOMAIN = 'site-0001.example';

describe('what setup and teardown leave alone', () => {
  let sandbox: Sandbox;
  let machine: Machine;
  let process: Commands;
  const zoneId = () => [...sandbox.state.zones.keys()][0]!;
  const mode = () => sandbox.state.settings.get(zoneId())?.get('ssl');

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

  it('changes nothing of a zone in which somebody else has a site, unless forced', async () => {
    const sub = `sub.${DOMAIN}`;
    const zone = { zoneId: zoneId(), zoneName: DOMAIN, accountId: [...sandbox.state.accounts.keys()][0]! };
    machine.store.sites.insert([newSite(DOMAIN, { ...zone, owner: 'bob' })], '2026-01-01T00:00:00.000Z');
    const before = sandbox.snapshot();
    const trusted = { tls: () => 'trusted' as const };
    const on = (options: Partial<SetupOptions>) =>
      setUp(playedParts(sandbox, process.engine, trusted), sub, { actor: 'ann', ...options });
    for (const change of [
      { ssl: 'strict' as const },
      { dnsTarget: '203.0.113.7' },
      { ask: async () => true },
    ]) {
      for (const dryRun of 'ask' in change ? [false] : [true, false]) {
        const { error } = await on({ ...change, dryRun });
        expect(error).toMatchObject({
          code: 'guard-refused',
          message: expect.stringContaining(`${DOMAIN} (bob)`),
        });
      }
    }
    expect(sandbox.snapshot()).toEqual(before);
    const told = machine.store.log.read({ action: 'guard.refused' });
    expect(told.map(({ domain, actor }) => [domain, actor])).toEqual(
      Array.from({ length: 3 }, () => [DOMAIN, 'ann']),
    );
    expect((await on({})).success).toBe(true);
    expect((await on({ ssl: 'strict', force: true })).success).toBe(true);
    expect(mode()).toBe('strict');
    const down = (options: object) =>
      tearDown(playedParts(sandbox, process.engine), sub, { actor: 'ann', ...options });
    expect((await down({})).error?.code).toBe('guard-refused');
    expect(mode()).toBe('strict');
    expect((await down({ force: true })).success).toBe(true);
    expect(sandbox.snapshot()).toEqual(before);
  });

  it('leaves a mode alone that it does not know, and says so', async () => {
    sandbox.state.settings.set(zoneId(), new Map([['ssl', 'quantum']]));
    const { report, step } = await setup({ tls: () => 'trusted' }, { ssl: 'strict' });
    expect(report.error).toMatchObject({
      code: 'guard-refused',
      message: expect.stringContaining('The mode is quantum, which this version of maint does not know'),
    });
    expect(step('permissions').message).not.toContain('SSL');
    const auto = await setup({ tls: () => 'trusted' }, { ssl: 'auto' });
    expect([auto.report.success, auto.step('ssl').status, mode()]).toEqual([true, 'suggested', 'quantum']);
  });

  it('leaves a site that somebody wrote about since, unless forced', async () => {
    await setup({});
    const { sites } = machine.store;
    const { id } = sites.byDomain(DOMAIN)!;
    sites.tag([id], ['pci'], [], '2026-11-23T12:00:00.000Z');
    sites.update([id], { project: 'alpha' }, '2026-11-23T12:00:00.000Z');
    const left = await teardown();
    expect(left.steps.map(({ name, status }) => [name, status])).toEqual([
      ['target', 'changed'],
      ['site', 'failed'],
    ]);
    expect(left.error).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('project, tags'),
    });
    expect(sites.byDomain(DOMAIN)).toMatchObject({ project: 'alpha', tags: ['pci'] });
    await tearDown(playedParts(sandbox, process.engine), DOMAIN, { actor: 'ann', force: true });
    expect(sites.count()).toBe(0);
  });
});
