import type { MaintenanceEvent } from '../../src/model/event.js';
import { EVENT, NOW } from './builders.js';

/** An event with nothing special about it, changed where a test says so. */
export function maintenanceEvent(changes: Partial<MaintenanceEvent> = {}): MaintenanceEvent {
  return {
    id: EVENT,
    kind: 'manual',
    reason: null,
    actor: 'ann',
    host: 'desk',
    since: NOW,
    until: null,
    autoEnd: false,
    existingRoutes: 'take-over',
    onLimit: null,
    title: null,
    message: null,
    contact: null,
    statusUrl: null,
    allowIps: [],
    allowPaths: [],
    customPage: null,
    bypassSecret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ',
    endedAt: null,
    ...changes,
  };
}
