import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statusOf } from '../../src/maintenance/status.js';
import { seededRandom } from '../../src/sandbox/seeded-random.js';
import { Database } from '../../src/store/sqlite.js';
import { type Commands, flyingTime, type Machine, startMachine } from '../support/mortal-machine.js';
import { isCovered, leftovers, Oracle } from '../support/oracle.js';
import { type RoutedWorld, startRoutedWorld } from '../support/routed-world.js';
import { type Run, runMaint } from '../support/run-maint.js';
import { spawnMaint, startMaint } from '../support/spawn-maint.js';
import { VARIED_DOMAINS, VARIED_FLEET } from '../support/varied-fleet.js';

let world: RoutedWorld;
let oracle: Oracle;

beforeEach(async () => {
  world = await startRoutedWorld(VARIED_FLEET);
  oracle = new Oracle(world, VARIED_DOMAINS);
});

afterEach(async () => {
  await world.sandbox.close();
});

function expectAsBefore(): void {
  expect(oracle.differences()).toEqual([]);
  expect(leftovers(world)).toEqual([]);
}

describe('several processes on one store', { timeout: 120_000 }, () => {
  let env: Record<string, string>;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maint-concurrency-'));
    env = {
      CLOUDFLARE_API_TOKEN: world.sandbox.tokens.all,
      CLOUDFLARE_API_BASE_URL: world.sandbox.apiUrl,
      MAINT_DB: join(folder, 'maint.db'),
      HOME: folder,
    };
    expect(await runMaint(['discover'], { env, home: folder })).toMatchObject({ code: 0 });
  });

  const ALWAYS = ['--yes', '--no-verify', '--json'];
  /** In a process of its own. */
  const apart = (...argv: string[]) => spawnMaint([...argv, ...ALWAYS], env);
  /** In the process of the test, which is another one on the same store. */
  const run = (...argv: string[]) => runMaint([...argv, ...ALWAYS], { env, home: folder });

  /** Does something else at the moment when the next changing request has been applied. */
  function amidst(work: () => Promise<void>): void {
    world.sandbox.faults.add({
      method: 'write',
      nth: 1,
      hook: async (_request, when) => {
        if (when === 'after') await work();
      },
    });
  }

  it.for(['enable', 'disable'])('a page that is going up keeps off another %s', async (other) => {
    let second: Run | null = null;
    amidst(async () => {
      second = await run(other, 'ash.example');
    });
    expect(await apart('enable', 'ash.example', 'dogwood.example')).toMatchObject({ code: 0 });
    expect(second).toMatchObject({ code: 6 });
    expect(await run('enable', 'ash.example')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"outcome": "unchanged"'),
    });
    expect(await run('disable', '--all')).toMatchObject({ code: 0 });
    expectAsBefore();
  });

  it('runs on other sites work beside each other', async () => {
    let second: Run | null = null;
    amidst(async () => {
      second = await run('enable', 'dogwood.example', 'elm.example');
    });
    expect(await apart('enable', 'ash.example', 'birch.example', 'cedar.example')).toMatchObject({ code: 0 });
    expect(second).toMatchObject({ code: 0 });
    expect(VARIED_DOMAINS.filter((domain) => !isCovered(world, domain))).toEqual([]);
    expect(await run('disable', '--all')).toMatchObject({ code: 0 });
    expectAsBefore();
  });

  it('the sites of a run that died are free at once', async () => {
    const first = startMaint(['enable', '--all', ...ALWAYS], env);
    amidst(async () => {
      first.process.kill('SIGKILL');
      await first.ended;
    });
    await first.ended;
    world.sandbox.faults.clear();
    const start = performance.now();
    expect(await run('disable', '--all')).toMatchObject({ code: 0 });
    expect(performance.now() - start).toBeLessThan(10_000);
    expectAsBefore();
  });

  it('a run that was paused until its lease ran out sends nothing more', async () => {
    const first = startMaint(['enable', '--all', ...ALWAYS], env);
    let sentSince = 0;
    amidst(async () => {
      first.process.kill('SIGSTOP');
      loseLease(env.MAINT_DB ?? '');
      expect(await run('disable', '--all')).toMatchObject({ code: 0 });
      sentSince = world.sandbox.mutations().length;
      first.process.kill('SIGCONT');
    });
    const { code } = await first.ended;
    expect(code).not.toBe(0);
    expect(world.sandbox.mutations().slice(sentSince)).toEqual([]);
    expectAsBefore();
  });

  /** Eight seconds, without the wait. */
  function loseLease(path: string): void {
    const database = new Database(path);
    database.prepare('update locks set expires_at = 0').run();
    database.close();
  }
});

describe('several machines, each with a store of its own', () => {
  let machines: Machine[];
  let ann: Commands;
  let bob: Commands;

  async function startBoth(seed: number): Promise<void> {
    const random = seededRandom(seed);
    const time = flyingTime(Date.now());
    machines = [
      await startMachine(world.sandbox, time, random),
      await startMachine(world.sandbox, time, random),
    ];
    [ann, bob] = machines.map((machine) => machine.process()) as [Commands, Commands];
    await Promise.all([ann.discover(), bob.discover()]);
  }

  async function stopBoth(): Promise<void> {
    await Promise.all([ann.close(), bob.close()]);
    for (const machine of machines) machine.close();
  }

  beforeEach(() => startBoth(1));
  afterEach(stopBoth);

  it('one sees and lifts what the other put up', async () => {
    await ann.enable(VARIED_DOMAINS);
    const status = await statusOf(bob.engine, bob.sites(), {});
    expect(new Set(status.sites.map((site) => site.observed))).toEqual(new Set(['maintenance']));
    const again = await bob.enable(VARIED_DOMAINS);
    expect(again.summary).toMatchObject({ unchanged: VARIED_DOMAINS.length, changed: 0 });
    const lifted = await bob.disable(VARIED_DOMAINS);
    expect(lifted.summary).toMatchObject({ changed: VARIED_DOMAINS.length, failed: 0, conflicts: 0 });
    expectAsBefore();
    const late = await ann.disable(VARIED_DOMAINS);
    expect(late.summary).toMatchObject({ failed: 0, unknown: 0, conflicts: 0 });
    expectAsBefore();
    expect(ann.engine.store.events.openSites()).toEqual([]);
  });

  it('one lifts a part, the other the rest', async () => {
    await ann.enable(VARIED_DOMAINS);
    await bob.disable(['ash.example', 'birch.example', 'cedar.example']);
    expect(['dogwood.example', 'elm.example'].filter((domain) => !isCovered(world, domain))).toEqual([]);
    expect((await ann.disable(VARIED_DOMAINS)).summary).toMatchObject({ failed: 0, conflicts: 0 });
    expectAsBefore();
    expect((await bob.disable(VARIED_DOMAINS)).summary).toMatchObject({ failed: 0, conflicts: 0 });
    expectAsBefore();
  });

  it('an empty store recovers every event from its Workers', async () => {
    await ann.enable(VARIED_DOMAINS, { reason: 'move', message: 'Back soon' });
    await bob.recover(world.accounts);
    const [event] = bob.engine.store.events.list();
    expect(event).toMatchObject({ reason: 'move', message: 'Back soon', actor: 'ann', endedAt: null });
    expect((await bob.disable(VARIED_DOMAINS)).summary).toMatchObject({ changed: VARIED_DOMAINS.length });
    expectAsBefore();
  });

  it.for([1, 2, 3, 4, 5, 6])('both at once come to one end (%i)', async (seed) => {
    await stopBoth();
    await startBoth(seed);
    const random = seededRandom(seed);
    world.sandbox.faults.add({ probability: 0.5, seed, delayMs: Math.ceil(random() * 4) });
    const reports = await Promise.all([ann.enable(VARIED_DOMAINS), bob.enable(VARIED_DOMAINS)]);
    world.sandbox.faults.clear();
    expect(VARIED_DOMAINS.filter((domain) => !isCovered(world, domain))).toEqual([]);
    // Where each took some routes of a site from the other, neither sees all of its own: that is not known to be
    // well before somebody looks again.
    const outcomes = reports.flatMap((report) => report.sites.map((site) => site.outcome));
    expect(outcomes.filter((outcome) => !['enabled', 'unchanged', 'unknown'].includes(outcome))).toEqual([]);
    for (const one of [ann, bob]) {
      expect((await one.resume()).summary).toMatchObject({ failed: 0, unknown: 0, conflicts: 0 });
    }
    for (const one of [ann, bob, ann, bob]) await one.disable(VARIED_DOMAINS);
    expectAsBefore();
    expect([...ann.engine.store.events.openSites(), ...bob.engine.store.events.openSites()]).toEqual([]);
  });
});
