import { expect, it } from 'vitest';
import { bypassOf } from '../../../src/maintenance/bypass.js';
import type { Engine } from '../../../src/maintenance/engine.js';
import type { MaintenanceEvent } from '../../../src/model/event.js';
import { site } from '../../support/builders.js';
import { maintenanceEvent } from '../../support/maintenance-event.js';

function engineIn(event: MaintenanceEvent): Engine {
  const store = {
    sites: { byDomain: site },
    events: { openSites: () => [{ eventId: event.id }], get: () => event },
  };
  return { store } as unknown as Engine;
}

const UNTIL = '2026-11-24T06:00:00.000Z';

it.each([
  ['the end that comes by itself', { until: UNTIL, autoEnd: true }, UNTIL],
  ['no time where the end is only expected', { until: UNTIL }, null],
  ['no time where no end is known', {}, null],
])('the link is valid until %s', (_what, fields, expected) => {
  expect(bypassOf(engineIn(maintenanceEvent(fields)), 'a.example').expiresAt).toBe(expected);
});
