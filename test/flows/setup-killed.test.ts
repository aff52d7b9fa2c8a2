import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeAll } from '../../src/open-setup.js';
import { type Sandbox, type SandboxSnapshot, startSandbox } from '../../src/sandbox/sandbox.js';
import { seededRandom } from '../../src/sandbox/seeded-random.js';
import { interruptedSetups, rehearsalsOf } from '../../src/setup/rehearse.js';
import { setUp } from '../../src/setup/setup.js';
import type { SetupOptions, SetupReport } from '../../src/setup/setup-types.js';
import { tearDown } from '../../src/setup/teardown.js';
import { Died, flyingTime, Life, type Machine, startMachine } from '../support/mortal-machine.js';
import { playedParts } from '../support/setup-parts.js';

const DOMAIN = 'site-0001.example';
/** Everything that setup can make. */
const OPTIONS: SetupOptions = { actor: 'ann', dnsTarget: '203.0.113.7', ssl: 'strict' };

/** After one change is before the next: every second instant is as good as both. */
const STRIDE = 2;

describe('setup and teardown, killed at each step', () => {
  let sandbox: Sandbox;
  let machine: Machine;
  let before: SandboxSnapshot;

  beforeAll(async () => {
    sandbox = await startSandbox({ fleet: 'plain', zones: 1, edge: false, rateLimit: 100_000 });
    const [zone] = sandbox.state.zones.values();
    sandbox.state.dns.set(zone!.id, []);
    sandbox.state.settings.set(zone!.id, new Map([['ssl', 'flexible']]));
    await sandbox.changed();
    before = sandbox.snapshot();
    machine = await startMachine(sandbox, flyingTime(Date.now()), seededRandom(3));
  });
  afterAll(async () => {
    machine.close();
    await sandbox.close();
  });

  /** A process that sets up or tears down and, where `until` says so, dies at that commit or request. */
  async function run(
    what: 'setup' | 'teardown' | 'resume',
    until?: number,
  ): Promise<SetupReport | 'died' | 'resumed'> {
    const life = new Life(until);
    const process = machine.process(life);
    // Dying while reading leaves what dying at the change before it leaves.
    sandbox.faults.add({ method: 'write', hook: () => life.step() });
    try {
      return await process.run(async (engine) => {
        if (what === 'resume') {
          const left = rehearsalsOf(engine).length > 0;
          const { warnings, setups } = await resumeAll(engine, { actor: 'ann' });
          expect(setups).toEqual(left ? [DOMAIN] : []);
          const open = interruptedSetups(engine);
          expect(warnings.filter((line) => !open.some((domain) => line.includes(domain)))).toEqual([]);
          return 'resumed';
        }
        const parts = playedParts(sandbox, engine, { tls: () => 'trusted' });
        return what === 'setup' ? setUp(parts, DOMAIN, OPTIONS) : tearDown(parts, DOMAIN, OPTIONS);
      });
    } catch (error) {
      if (error instanceof Died) return 'died';
      throw error;
    } finally {
      sandbox.faults.clear();
      await process.close();
    }
  }

  const rehearsals = () => JSON.stringify(sandbox.snapshot()).match(/maint-rehearsal-/g) ?? [];

  async function expectGone(): Promise<void> {
    const report = await run('teardown');
    expect(report).toMatchObject({ success: true, error: null });
    expect(sandbox.snapshot()).toEqual(before);
    expect(machine.store.setup.open()).toEqual([]);
    expect(machine.store.sites.count()).toBe(0);
  }

  it('continues a setup, or removes what it left', { timeout: 120_000 }, async () => {
    const next = ['setup', 'teardown', 'resume'] as const;
    let steps = 0;
    for (let step = 1; ; step += STRIDE) {
      const outcome = await run('setup', step);
      if (outcome !== 'died') {
        expect(outcome).toMatchObject({ success: true });
        steps = step - 1;
        break;
      }
      const then = next[((step - 1) / STRIDE) % next.length] ?? 'setup';
      if (then === 'setup') {
        const report = await run('setup');
        expect(report).toMatchObject({ success: true, error: null });
        const { routes, dns } = sandbox.state;
        expect([...dns.values()].flat().map(({ name }) => name)).toEqual([DOMAIN, `www.${DOMAIN}`]);
        expect([...routes.values()].flat()).toEqual([]);
        expect(machine.store.targets.byDomain(DOMAIN)).toHaveLength(1);
        expect(rehearsals()).toEqual([]);
      }
      if (then === 'resume') {
        await run('resume');
        expect(rehearsals()).toEqual([]);
      }
      await expectGone();
    }
    expect(steps).toBeGreaterThan(50);
    await expectGone();
  });

  it('continues a teardown', { timeout: 120_000 }, async () => {
    for (let step = 1; ; step += STRIDE) {
      expect(await run('setup')).toMatchObject({ success: true });
      const outcome = await run('teardown', step);
      await expectGone();
      if (outcome === 'died') continue;
      expect(outcome).toMatchObject({ success: true });
      expect(step).toBeGreaterThan(20);
      break;
    }
  });
});
