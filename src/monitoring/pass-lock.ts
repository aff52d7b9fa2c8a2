/** Keeps two monitors on one store from working at the same time; a dead one is noticed at once or in 8 s. */
import { MaintError } from '../model/errors.js';
import type { LockHolder } from '../store/store.js';
import type { MonitorParts } from './types.js';

/** Among the zones' leases; no zone has this id. */
const KEY = 'monitor';
const LEASE_MS = 8_000;
const RENEW_MS = 2_000;

export interface PassLock {
  /** Throws where another monitor took over while this one was held up: ask before recording and acting. */
  ensureHeld(): void;
  release(): void;
}

/** Takes the lock, or tells who has it. */
export function takePassLock(parts: MonitorParts): PassLock | LockHolder {
  const { store, clock, machine, actor } = parts;
  const runId = parts.runId();
  const now = () => clock().getTime();
  const holder = { runId, ...machine, command: 'monitor', actor, since: clock().toISOString() };
  const other = store.locks.acquire([KEY], holder, now(), LEASE_MS);
  if (other !== null) return other;
  const renew = () => {
    try {
      return store.locks.renew(runId, now(), LEASE_MS);
    } catch {
      // A store that is busy now may not be at the next turn.
      return true;
    }
  };
  const timer = setInterval(renew, RENEW_MS).unref();
  return {
    ensureHeld() {
      // Not by the clock, which may have jumped: by the fence, which only another holder moves.
      if (store.locks.renew(runId, now(), LEASE_MS)) return;
      throw new MaintError('locked', 'This monitor was held up for so long that another took over.', {
        hint: 'Nothing is lost: what it saw was not counted, and the other one goes on.',
      });
    },
    release() {
      clearInterval(timer);
      store.locks.release(runId);
    },
  };
}

/** Whether `takePassLock` got the lock. */
export function isPassLock(taken: PassLock | LockHolder): taken is PassLock {
  return 'release' in taken;
}
