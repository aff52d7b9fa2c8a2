import { expect, it } from 'vitest';
import { restoreRecord } from '../../../src/maintenance/restore-record.js';
import { composeUpload } from '../../../src/maintenance/upload.js';
import type { MaintenanceEvent } from '../../../src/model/event.js';
import { parseWorkerModules } from '../../../src/worker/deployment-modules.js';
import { ACCOUNT } from '../../support/builders.js';
import { maintenanceEvent } from '../../support/maintenance-event.js';

const compose = (fields: Partial<MaintenanceEvent>) => {
  const event = maintenanceEvent(fields);
  return composeUpload(event, restoreRecord(event, ACCOUNT, [], [], []));
};

it('composes what can be read back', () => {
  const content = parseWorkerModules(compose({ message: 'Back at six.' }).modules);
  expect(content?.settings).toMatchObject({ message: 'Back at six.', until: null });
});

it.each([
  [{ until: 'tomorrow' }, 'until'],
  [{ bypassSecret: 'short' }, 'bypassSecret'],
])('refuses %j, which nobody could read back', (fields, name) => {
  expect(() => compose(fields)).toThrow(
    expect.objectContaining({ code: 'internal', message: expect.stringContaining(name) }),
  );
});
