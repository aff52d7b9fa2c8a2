import { and, asc, eq, ne } from 'drizzle-orm';
import type { SetupItem } from '../model/setup-item.js';
import type { Connection } from './connection.js';
import { setupItems } from './schema.js';
import type { SetupTable } from './store.js';

export function setupTable({ db, write }: Connection): SetupTable {
  const all = () => db.select().from(setupItems).orderBy(asc(setupItems.id)).$dynamic();
  return {
    open: (domain) =>
      all()
        .where(
          and(
            ne(setupItems.state, 'removed'),
            domain === undefined ? undefined : eq(setupItems.domain, domain),
          ),
        )
        .all(),
    ofDomain: (domain): SetupItem[] => all().where(eq(setupItems.domain, domain)).all(),
    knows: (kind, subject) =>
      all()
        .where(and(eq(setupItems.kind, kind), eq(setupItems.subject, subject)))
        .limit(1)
        .get() !== undefined,
    intend: (item) =>
      write(() => {
        const row = { ...item, state: 'intended' as const, changedAt: item.at };
        return db.insert(setupItems).values(row).returning({ id: setupItems.id }).get().id;
      }),
    settle: (id, outcome, now) =>
      write(() => {
        db.update(setupItems)
          .set({ ...outcome, changedAt: now })
          .where(eq(setupItems.id, id))
          .run();
      }),
  };
}
