import { budgetLedger } from './budget.js';
import type { Connection } from './connection.js';
import { deploymentTable } from './deployments.js';
import { eventTable } from './events.js';
import { groupTable } from './groups.js';
import { lockTable } from './locks.js';
import { logTable } from './log.js';
import { operationTable } from './operations.js';
import { outboxTable } from './outbox.js';
import { setupTable } from './setup-items.js';
import { siteTable } from './sites.js';
import { translating, translatingAll } from './sqlite-errors.js';
import type { Store } from './store.js';
import { targetTable } from './targets.js';

/** What the store must know of the machine. */
export interface Surroundings {
  readonly path: string;
  readonly host: string;
  readonly isAlive: (pid: number) => boolean;
}

/** Puts the tables together; whatever SQLite or the disk throws comes out of each as a MaintError. */
export function assembleStore(
  main: Connection,
  budget: Connection,
  { path, ...machine }: Surroundings,
): Store {
  return {
    sites: translatingAll(path, siteTable(main)),
    groups: translatingAll(path, groupTable(main)),
    events: translatingAll(path, eventTable(main)),
    deployments: translatingAll(path, deploymentTable(main)),
    operations: translatingAll(path, operationTable(main)),
    log: translatingAll(path, logTable(main)),
    locks: translatingAll(path, lockTable(main, machine)),
    targets: translatingAll(path, targetTable(main)),
    outbox: translatingAll(path, outboxTable(main)),
    setup: translatingAll(path, setupTable(main)),
    budget: translatingAll(path, budgetLedger(budget)),
    transaction: (work) => translating(path, () => main.write(work)),
    path,
    close() {
      budget.close();
      main.close();
    },
  };
}
