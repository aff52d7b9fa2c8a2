import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  isNotNull,
  isNull,
  lt,
  lte,
  min,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { Connection } from './connection.js';
import { readNotice } from './json-columns.js';
import { outbox } from './schema.js';
import type { OutboxEntry, OutboxTable } from './store.js';
import { isOneOf } from './value-list.js';

export function outboxTable(connection: Connection): OutboxTable {
  const { db, write } = connection;
  return {
    add: (entries, now) =>
      write(() => {
        for (const { channel, notice, dueAt } of entries) {
          const row = { channel, type: notice.type, notice: JSON.stringify(notice), createdAt: now, dueAt };
          db.insert(outbox).values(row).run();
        }
      }),
    told: (channel, type, since) =>
      db
        .select({ notice: outbox.notice })
        .from(outbox)
        .where(and(eq(outbox.channel, channel), eq(outbox.type, type), gte(outbox.createdAt, since)))
        .all()
        .map(({ notice }) => readNotice(notice)),
    lastSentAt: (channel, type) =>
      db
        .select({ sentAt: outbox.sentAt })
        .from(outbox)
        .where(and(eq(outbox.channel, channel), eq(outbox.type, type), isNotNull(outbox.sentAt)))
        .orderBy(desc(outbox.sentAt))
        .limit(1)
        .get()?.sentAt ?? null,
    claim: (channel, times) => write(() => claim(connection, channel, times)),
    settle: (ids, sentAt) =>
      void db.update(outbox).set({ sentAt, claimedUntil: null }).where(isOneOf(outbox.id, ids)).run(),
    postpone: (ids, dueAt, error) =>
      void db
        .update(outbox)
        .set({ dueAt, error, claimedUntil: null, attempts: sql`attempts + 1` })
        .where(isOneOf(outbox.id, ids))
        .run(),
    backlog: () => backlog(connection),
    forget: (before) =>
      write(() => {
        const gone = db.delete(outbox).where(lt(outbox.createdAt, before)).returning().all();
        return gone.filter(({ sentAt }) => sentAt === null).length;
      }),
  };
}

type Times = Parameters<OutboxTable['claim']>[1];

function claim({ db }: Connection, channel: string, times: Times): OutboxEntry[] {
  const { now, until, horizon, evenEarly } = times;
  const past = (column: typeof outbox.dueAt | typeof outbox.claimedUntil) =>
    or(lte(column, now), gt(column, horizon));
  const free = and(
    eq(outbox.channel, channel),
    isNull(outbox.sentAt),
    or(isNull(outbox.claimedUntil), past(outbox.claimedUntil)),
  );
  const isThere = (condition: SQL | undefined) =>
    db.select({ id: outbox.id }).from(outbox).where(and(free, condition)).limit(1).get() !== undefined;
  const resting = and(gt(outbox.attempts, 0), gt(outbox.dueAt, now), lte(outbox.dueAt, horizon));
  if (!(evenEarly || isThere(past(outbox.dueAt))) || isThere(resting)) return [];
  const rows = db.select().from(outbox).where(free).orderBy(asc(outbox.id)).all();
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  db.update(outbox).set({ claimedUntil: until }).where(isOneOf(outbox.id, ids)).run();
  return rows.map(({ id, notice, createdAt, attempts }) => ({
    id,
    channel,
    notice: readNotice(notice),
    createdAt,
    attempts,
  }));
}

function backlog({ db }: Connection) {
  return db
    .select({
      channel: outbox.channel,
      waiting: count(),
      oldest: min(outbox.createdAt),
      dueAt: min(outbox.dueAt),
    })
    .from(outbox)
    .where(isNull(outbox.sentAt))
    .groupBy(outbox.channel)
    .orderBy(asc(outbox.channel))
    .all()
    .map(({ oldest, dueAt, ...rest }) => ({ ...rest, oldest: oldest ?? '', dueAt: dueAt ?? '' }));
}
