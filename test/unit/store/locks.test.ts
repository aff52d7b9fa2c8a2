import { expect, test } from 'vitest';
import type { LockHolder } from '../../../src/store/store.js';
import { open, raw, temporaryFolder } from './store-fixture.js';

const LEASE = 30_000;
const T0 = 1_000_000;

function holder(runId: string, fields: Partial<LockHolder> = {}): LockHolder {
  return {
    runId,
    pid: 1,
    host: 'desk',
    command: 'enable',
    actor: 'ann',
    since: '2026-11-23T12:00:00Z',
    ...fields,
  };
}

const DESK = { host: 'desk', isAlive: () => true };

test('of two runs one gets the zones, and the other learns who has them', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  const [one, two] = [await open({ path, ...DESK }), await open({ path, ...DESK })];
  expect(one.locks.acquire(['z1', 'z2'], holder('r1'), T0, LEASE)).toBeNull();
  expect(two.locks.acquire(['z0', 'z2'], holder('r2'), T0, LEASE)).toEqual(holder('r1'));
  expect(two.locks.holders(T0)).toEqual([holder('r1')]);
  // All or nothing: z0 was not taken either.
  expect(one.locks.acquire(['z0'], holder('r3'), T0, LEASE)).toBeNull();
  one.locks.release('r1');
  expect(two.locks.acquire(['z1', 'z2'], holder('r2'), T0, LEASE)).toBeNull();
  expect(one.locks.holds('r3', T0)).toBe(true);
});

test('a run may take more zones, and the same again', async () => {
  const store = await open(DESK);
  expect(store.locks.acquire(['z1'], holder('r1'), T0, LEASE)).toBeNull();
  expect(store.locks.acquire(['z1', 'z2'], holder('r1'), T0, LEASE)).toBeNull();
  expect(store.locks.holds('r1', T0)).toBe(true);
  expect(store.locks.holders(T0)).toEqual([holder('r1')]);
});

test('a dead process of this machine is no holder; one of another machine is until its lease runs out', async () => {
  const alive = new Set([1]);
  const store = await open({ host: 'desk', isAlive: (pid) => alive.has(pid) });
  store.locks.acquire(['here'], holder('dead', { pid: 2 }), T0, LEASE);
  store.locks.acquire(['there'], holder('far', { pid: 2, host: 'server' }), T0, LEASE);
  expect(store.locks.holders(T0).map(({ runId }) => runId)).toEqual(['far']);
  expect(store.locks.acquire(['here'], holder('r1'), T0, LEASE)).toBeNull();
  expect(store.locks.acquire(['there'], holder('r1'), T0 + LEASE - 1, LEASE)?.runId).toBe('far');
  expect(store.locks.acquire(['there'], holder('r1'), T0 + LEASE, LEASE)).toBeNull();
});

test('a live lease is never taken, however long it is renewed', async () => {
  const store = await open(DESK);
  store.locks.acquire(['z1'], holder('r1'), T0, LEASE);
  for (let now = T0; now < T0 + 20 * LEASE; now += LEASE / 2) {
    expect(store.locks.renew('r1', now, LEASE)).toBe(true);
    expect(store.locks.acquire(['z1'], holder('r2'), now + LEASE / 2 - 1, LEASE)?.runId).toBe('r1');
  }
});

test('a run that slept through its lease learns that it lost a zone, and its renewal does not take it back', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  const [sleeper, other] = [await open({ path, ...DESK }), await open({ path, ...DESK })];
  sleeper.locks.acquire(['z1', 'z2'], holder('r1'), T0, LEASE);
  const late = T0 + 2 * LEASE;
  expect(sleeper.locks.holds('r1', late)).toBe(false);
  expect(other.locks.acquire(['z2'], holder('r2'), late, LEASE)).toBeNull();
  expect(sleeper.locks.renew('r1', late, LEASE)).toBe(false);
  expect(sleeper.locks.holds('r1', late)).toBe(false);
  expect(other.locks.holds('r2', late)).toBe(true);
  // Also when the other is done: what happened in between is unknown to the sleeper.
  other.locks.release('r2');
  expect(sleeper.locks.holds('r1', late)).toBe(false);
});

test('a run that slept while nobody took anything may go on', async () => {
  const store = await open(DESK);
  store.locks.acquire(['z1'], holder('r1'), T0, LEASE);
  expect(store.locks.renew('r1', T0 + 5 * LEASE, LEASE)).toBe(true);
  expect(store.locks.holds('r1', T0 + 5 * LEASE)).toBe(true);
});

test('the fence grows with each change of hands, also after a release', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  const store = await open({ path, ...DESK });
  const fence = () => raw(path).prepare("select fence from locks where zone_id = 'z1'").pluck().get();
  const fences: unknown[] = [];
  for (const run of ['r1', 'r1', 'r2', 'r3']) {
    if (run !== 'r1') store.locks.release(`r${Number(run.slice(1)) - 1}`);
    store.locks.acquire(['z1'], holder(run), T0, LEASE);
    fences.push(fence());
  }
  expect(fences).toEqual([1, 1, 2, 3]);
});
