/** Keeps other runs off the same zones while this one works, and notices when the right was lost. */
import { MaintError } from '../model/errors.js';
import type { Engine } from './engine.js';

/** A holder that does not renew for this long is taken for dead. Half of what a waiting person bears. */
const LEASE_MS = 8_000;
const RENEW_MS = 2_000;

export interface Lease {
  /** Throws where another run took over: ask before each change. */
  ensureHeld(): void;
  release(): void;
}

/** Takes the zones for a run, all or none. Throws `locked`, naming who holds them. */
export function takeLease(
  engine: Engine,
  zoneIds: readonly string[],
  run: { readonly runId: string; readonly command: string; readonly actor: string },
): Lease {
  const { locks } = engine.store;
  const since = engine.clock().toISOString();
  const now = () => engine.clock().getTime();
  const holder = locks.acquire(zoneIds, { ...run, ...engine.machine, since }, now(), LEASE_MS);
  if (holder !== null) {
    const who = `${holder.actor} (${holder.command}, process ${holder.pid} on ${holder.host})`;
    throw new MaintError('locked', `Another run works on these sites since ${holder.since}: ${who}.`, {
      hint: 'Wait until it ends, or choose other sites. A run that died frees its sites within 10 seconds.',
    });
  }
  const renew = () => {
    try {
      locks.renew(run.runId, now(), LEASE_MS);
    } catch {
      // A store that is busy now may not be at the next turn; if the lease runs out, `ensureHeld` tells.
    }
  };
  const timer = setInterval(renew, RENEW_MS);
  timer.unref();
  return {
    ensureHeld() {
      if (locks.holds(run.runId, now())) return;
      throw new MaintError('locked', 'This run was paused for so long that another took its sites over.', {
        hint: 'Run `maint resume` once the other run has ended.',
      });
    },
    release() {
      clearInterval(timer);
      locks.release(run.runId);
    },
  };
}
