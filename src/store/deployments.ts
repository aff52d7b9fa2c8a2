import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Connection } from './connection.js';
import { deployments } from './schema.js';
import type { DeploymentTable } from './store.js';

export function deploymentTable({ db }: Connection): DeploymentTable {
  const all = () => db.select().from(deployments);
  return {
    // A script that was removed and is put up again for the same event.
    insert: (deployment) =>
      void db
        .insert(deployments)
        .values(deployment)
        .onConflictDoUpdate({ target: deployments.id, set: deployment })
        .run(),
    ofEvent: (eventId) =>
      all()
        .where(eq(deployments.eventId, eventId))
        .orderBy(asc(deployments.createdAt), asc(deployments.id))
        .all(),
    open: () =>
      all()
        .where(isNull(deployments.removedAt))
        .orderBy(asc(deployments.createdAt), asc(deployments.id))
        .all(),
    markRemoved(script, accountId, now) {
      const chosen = and(eq(deployments.script, script), eq(deployments.accountId, accountId));
      db.update(deployments)
        .set({ removedAt: now })
        .where(and(chosen, isNull(deployments.removedAt)))
        .run();
    },
  };
}
