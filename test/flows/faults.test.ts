import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/sandbox/seeded-random.js';
import { playSchedule, type Verdict } from '../support/fault-schedule.js';
import { flyingTime, startMachine } from '../support/mortal-machine.js';
import { isCovered, leftovers, Oracle } from '../support/oracle.js';
import { startRoutedWorld } from '../support/routed-world.js';
import { VARIED_DOMAINS, VARIED_FLEET } from '../support/varied-fleet.js';

/** How many random schedules to play, and from which seed on: a few in every run, CONTRIBUTING.md says how more. */
const SCHEDULES = Number(process.env.MAINT_TEST_SCHEDULES ?? 15);
const FIRST_SEED = Number(process.env.MAINT_TEST_SEED ?? 1);

const seeds = Array.from({ length: SCHEDULES }, (_, index) => FIRST_SEED + index);

function story(verdict: Verdict): string {
  return [`seed ${verdict.seed}`, ...verdict.problems, '--', ...verdict.trace].join('\n');
}

async function failures(options: Parameters<typeof playSchedule>[1]): Promise<string[]> {
  const failed: string[] = [];
  for (const seed of seeds) {
    if (failed.length === 3) break;
    const verdict = await playSchedule(seed, options);
    if (verdict.problems.length > 0) failed.push(story(verdict));
  }
  return failed;
}

const TIMEOUT = 30_000 + SCHEDULES * 2_000;

it('loses nothing to lost answers, refusals, garbage and lagging lists', { timeout: TIMEOUT }, async () => {
  expect((await failures({ kills: false, foreignEdits: false })).join('\n\n')).toBe('');
});

it('loses nothing to kills at any commit and any request', { timeout: TIMEOUT }, async () => {
  expect((await failures({ kills: true, foreignEdits: false })).join('\n\n')).toBe('');
});

it('leaves alone what somebody else changes meanwhile', { timeout: TIMEOUT }, async () => {
  expect((await failures({ kills: true, foreignEdits: true })).join('\n\n')).toBe('');
});

describe('a run that waits for minutes between its look and a change', () => {
  /** Somebody takes over a route while the run is busy with another site. */
  async function amidst(kind: 'enable' | 'disable', domain: string, pattern: string) {
    const world = await startRoutedWorld(VARIED_FLEET);
    const oracle = new Oracle(world, VARIED_DOMAINS);
    const time = flyingTime();
    const machine = await startMachine(world.sandbox, time, seededRandom(1));
    const process = machine.process();
    await process.discover();
    if (kind === 'disable') await process.enable(VARIED_DOMAINS);
    const hook = async (_request: unknown, when: 'before' | 'after') => {
      if (when === 'after') return;
      await time.sleep(60_000);
      world.edit(domain, (routes) =>
        routes.map((route) => (route.pattern === pattern ? { ...route, script: 'theirs' } : route)),
      );
      oracle.edited(domain, pattern, false);
    };
    world.sandbox.faults.add({ method: 'write', nth: 1, hook });
    const report = await process[kind](VARIED_DOMAINS, { concurrency: 1 });
    const close = async () => {
      await process.close();
      await world.sandbox.close();
      machine.close();
    };
    const site = report.sites.find((each) => each.domain === domain);
    return { world, oracle, process, site, close };
  }

  it('takes over what is there by then, and gives that back', async () => {
    const { world, oracle, process, site, close } = await amidst(
      'enable',
      'dogwood.example',
      'dogwood.example/api/*',
    );
    expect(site?.outcome).toBe('enabled');
    expect(isCovered(world, 'dogwood.example')).toBe(true);
    await process.disable(VARIED_DOMAINS);
    expect([...oracle.differences(), ...leftovers(world)]).toEqual([]);
    await close();
  });

  it('does not put back what somebody has replaced by then', async () => {
    const { world, oracle, process, site, close } = await amidst(
      'disable',
      'elm.example',
      'www.elm.example/*',
    );
    expect(site).toMatchObject({ outcome: 'failed', error: { code: 'conflict' } });
    expect((await process.disable(VARIED_DOMAINS)).summary).toMatchObject({ conflicts: 1, failed: 0 });
    expect(world.route('elm.example', 'www.elm.example/*')?.script).toBe('theirs');
    await process.disable(VARIED_DOMAINS, { acceptChanges: true });
    expect([...oracle.differences(), ...leftovers(world)]).toEqual([]);
    await close();
  });
});
