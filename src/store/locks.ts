import { and, asc, eq, gt, isNotNull, max, sql } from 'drizzle-orm';
import type { Connection } from './connection.js';
import { locks } from './schema.js';
import type { LockHolder, LockTable } from './store.js';
import { isOneOf } from './value-list.js';

interface Machine {
  readonly host: string;
  readonly isAlive: (pid: number) => boolean;
}

type Row = typeof locks.$inferSelect;

/** What this process took: run → zone → fence. The table alone cannot tell a run what it has lost. */
type Taken = Map<string, Map<string, number>>;

export function lockTable(connection: Connection, machine: Machine): LockTable {
  const { db, write } = connection;
  const taken: Taken = new Map();
  return {
    acquire: (zoneIds, holder, now, leaseMs) =>
      write(() => {
        const rows = db
          .select()
          .from(locks)
          .where(isOneOf(locks.zoneId, zoneIds))
          .orderBy(asc(locks.zoneId))
          .all();
        const inTheWay = rows.find((row) => row.runId !== holder.runId && isLive(row, machine, now));
        if (inTheWay) return toHolder(inTheWay);
        remember(taken, holder.runId, take(connection, zoneIds, holder, now + leaseMs));
        return null;
      }),
    renew: (runId, now, leaseMs) =>
      write(() => {
        const kept = stillOurs(connection, taken, runId);
        // Also a lease that ran out, as long as nobody took the zone.
        db.update(locks)
          .set({ expiresAt: now + leaseMs })
          .where(eq(locks.runId, runId))
          .run();
        return kept.length === (taken.get(runId)?.size ?? 0);
      }),
    holds(runId, now) {
      const kept = stillOurs(connection, taken, runId).filter((row) => row.expiresAt > now);
      return kept.length === (taken.get(runId)?.size ?? 0);
    },
    release(runId) {
      taken.delete(runId);
      db.update(locks).set({ runId: null, expiresAt: 0 }).where(eq(locks.runId, runId)).run();
    },
    holders(now) {
      const rows = db
        .select()
        .from(locks)
        .where(and(isNotNull(locks.runId), gt(locks.expiresAt, now)));
      const live = rows
        .orderBy(asc(locks.since))
        .all()
        .filter((row) => isLive(row, machine, now));
      return [...new Map(live.map((row) => [row.runId, toHolder(row)])).values()];
    },
  };
}

function isLive(row: Row, { host, isAlive }: Machine, now: number): boolean {
  if (row.runId === null || row.expiresAt <= now) return false;
  return row.host !== host || isAlive(row.pid);
}

/** Writes the leases and returns the fence of each: higher than any before where the zone changes hands. */
function take(
  { db }: Connection,
  zoneIds: readonly string[],
  holder: LockHolder,
  expiresAt: number,
): ReadonlyMap<string, number> {
  const highest =
    db
      .select({ fence: max(locks.fence) })
      .from(locks)
      .get()?.fence ?? 0;
  const lease = { ...holder, expiresAt };
  return new Map(
    zoneIds.map((zoneId) => {
      const row = db
        .insert(locks)
        .values({ zoneId, ...lease, fence: highest + 1 })
        .onConflictDoUpdate({
          target: locks.zoneId,
          set: { ...lease, fence: sql`iif(run_id = excluded.run_id, fence, excluded.fence)` },
        })
        .returning({ fence: locks.fence })
        .get();
      return [zoneId, row.fence];
    }),
  );
}

function remember(taken: Taken, runId: string, fences: ReadonlyMap<string, number>): void {
  taken.set(runId, new Map([...(taken.get(runId) ?? []), ...fences]));
}

function stillOurs({ db }: Connection, taken: Taken, runId: string): Row[] {
  const fences = taken.get(runId);
  return db
    .select()
    .from(locks)
    .where(eq(locks.runId, runId))
    .all()
    .filter((row) => fences?.get(row.zoneId) === row.fence);
}

function toHolder(row: Row): LockHolder {
  const { runId, pid, host, command, actor, since } = row;
  return { runId: runId ?? '', pid, host, command, actor, since };
}
