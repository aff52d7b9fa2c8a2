import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/sandbox/seeded-random.js';
import { Database } from '../../src/store/sqlite.js';
import { type Commands, Died, flyingTime, Life, startMachine } from '../support/mortal-machine.js';
import { isCovered, leftovers, Oracle } from '../support/oracle.js';
import { type RoutedWorld, startRoutedWorld } from '../support/routed-world.js';
import { startMaint } from '../support/spawn-maint.js';
import { VARIED_DOMAINS, VARIED_FLEET } from '../support/varied-fleet.js';

type Killed = 'enable' | 'disable';
type When = 'before' | 'after';

/** What a person does after the crash; `disable` follows in any case. */
const NEXT = ['disable', 'enable', 'resume'] as const;
type Next = (typeof NEXT)[number];

let folder: string;
/** A store that has discovered the fleet, and one in which the page is up: zones have the same ids each time. */
const discovered = () => join(folder, 'discovered.db');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maint-kill-'));
  const world = await startRoutedWorld(VARIED_FLEET);
  await withCommands(world, discovered(), (commands) => commands.discover());
  await world.sandbox.close();
});

/** Opens the store in this process for a while. */
async function withCommands(
  world: RoutedWorld,
  path: string,
  work: (commands: Commands) => Promise<unknown>,
): Promise<void> {
  const machine = await startMachine(world.sandbox, flyingTime(Date.now()), seededRandom(7), { path });
  const commands = machine.process();
  try {
    await work(commands);
  } finally {
    await commands.close();
    machine.close();
  }
}

/** After a crash: the next command reaches its goal, then `disable` leaves everything as it was. */
async function expectRecovery(world: RoutedWorld, oracle: Oracle, commands: Commands, next: Next) {
  if (next === 'enable') {
    const report = await commands.enable(VARIED_DOMAINS);
    expect(report.summary).toMatchObject({ failed: 0, unknown: 0, conflicts: 0 });
    expect(VARIED_DOMAINS.filter((domain) => !isCovered(world, domain))).toEqual([]);
  }
  if (next === 'resume') {
    const report = await commands.resume();
    expect(report.summary).toMatchObject({ failed: 0, unknown: 0, conflicts: 0 });
    const { events } = commands.engine.store;
    expect(events.openSites().filter(({ state }) => state !== 'up')).toEqual([]);
  }
  const report = await commands.disable(VARIED_DOMAINS);
  expect(report.summary).toMatchObject({ failed: 0, unknown: 0, conflicts: 0 });
  expect(oracle.differences()).toEqual([]);
  expect(leftovers(world)).toEqual([]);
  expect(commands.engine.store.events.openSites()).toEqual([]);
  expect(commands.engine.store.operations.unsettled()).toEqual([]);
}

function expectSound(path: string): void {
  const database = new Database(path);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
}

describe('the command, killed with SIGKILL', () => {
  /** Kills it at its nth change. Resolves to false where it made fewer. */
  async function killAt(killed: Killed, nth: number, when: When, next: Next): Promise<boolean> {
    const world = await startRoutedWorld(VARIED_FLEET);
    const oracle = new Oracle(world, VARIED_DOMAINS);
    const path = join(folder, `${killed}-${nth}-${when}.db`);
    await copyFile(discovered(), path);
    if (killed === 'disable') await withCommands(world, path, (commands) => commands.enable(VARIED_DOMAINS));
    const { process: child, ended } = startMaint([killed, '--all', '--yes', '--no-verify', '--json'], {
      CLOUDFLARE_API_TOKEN: world.sandbox.tokens.all,
      CLOUDFLARE_API_BASE_URL: world.sandbox.apiUrl,
      MAINT_DB: path,
      HOME: folder,
    });
    const kill = async () => {
      child.kill('SIGKILL');
      await ended;
      // A request that is not answered any more; thrown before it is applied, it is not applied either.
      throw new Error('killed');
    };
    world.sandbox.faults.add({
      method: 'write',
      nth,
      hook: (_request, now) => (now === when ? kill() : undefined),
    });
    const { code, stdout } = await ended;
    world.sandbox.faults.clear();
    if (code !== null) expect({ code, stdout }).toMatchObject({ code: 0 });
    expectSound(path);
    await withCommands(world, path, (commands) => expectRecovery(world, oracle, commands, next));
    await world.sandbox.close();
    return code === null;
  }

  /** Every change one by one, until the command outlives them all. */
  async function killAtEvery(killed: Killed, when: When): Promise<number> {
    for (let nth = 1; ; nth += 1) {
      const next = NEXT[(nth + (when === 'after' ? 1 : 0)) % NEXT.length] ?? 'disable';
      if (!(await killAt(killed, nth, when, next))) return nth - 1;
    }
  }

  const cases = [
    ['enable', 'before', 10],
    ['enable', 'after', 10],
    ['disable', 'before', 8],
    ['disable', 'after', 8],
  ] as const;

  it.concurrent.for(cases)(
    '%s, at every change, %s it is applied',
    { timeout: 300_000 },
    async ([killed, when, changes], context) => {
      context.expect(await killAtEvery(killed, when)).toBe(changes);
    },
  );
});

describe('a process, killed at every commit and every request', () => {
  async function dieAt(killed: Killed, step: number, next: Next): Promise<boolean> {
    const world = await startRoutedWorld(VARIED_FLEET);
    const oracle = new Oracle(world, VARIED_DOMAINS);
    const machine = await startMachine(world.sandbox, flyingTime(Date.now()), seededRandom(step));
    const first = machine.process();
    await first.discover();
    if (killed === 'disable') await first.enable(VARIED_DOMAINS);
    const life = new Life(step);
    const mortal = machine.process(life);
    world.sandbox.faults.add({ hook: () => life.step() });
    const outcome = await mortal[killed](VARIED_DOMAINS).catch((error: unknown) => error);
    world.sandbox.faults.clear();
    if (life.dead) expect(outcome).toBeInstanceOf(Died);
    const later = machine.process();
    await expectRecovery(world, oracle, later, next);
    await Promise.all([first, mortal, later].map((process) => process.close()));
    await world.sandbox.close();
    machine.close();
    return life.dead;
  }

  /** Every step with MAINT_TEST_STRIDE=1; by default each tenth, which still meets all that a person may do next. */
  const STRIDE = Number(process.env.MAINT_TEST_STRIDE ?? 10);

  it.for(['enable', 'disable'] as const)('%s', { timeout: 300_000 }, async (killed) => {
    let step = 1;
    while (await dieAt(killed, step, NEXT[step % NEXT.length] ?? 'disable')) step += STRIDE;
    expect(step).toBeGreaterThan(60);
  });
});
