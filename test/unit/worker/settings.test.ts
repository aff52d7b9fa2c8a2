import { expect, it } from 'vitest';
import { parseSettings, settingsProblems } from '../../../src/worker/settings.js';
import { pageSettings } from '../../support/page-settings.js';

it('reads what was written', () => {
  const settings = pageSettings({
    until: '2026-03-01T12:00:00Z',
    upstream: [{ pattern: 'a/*', binding: null }],
  });
  expect(parseSettings(JSON.stringify(settings))).toEqual(settings);
});

it.each(['', 'null', '[]', '1', '{}', '{"schema":1}', '{'])('takes %j for no settings of ours', (text) => {
  expect(parseSettings(text)).toBeNull();
});

it('names every field that is missing or wrong', () => {
  expect(settingsProblems(pageSettings())).toEqual([]);
  const wrong = {
    ...pageSettings(),
    schema: 2,
    eventId: '"><script>',
    since: 'yesterday',
    autoEnd: 'yes',
    allowIps: [1],
    bypassSecret: 'short',
    upstream: [{ pattern: 'a/*' }],
  };
  const expected = ['schema', 'eventId', 'since', 'autoEnd', 'allowIps', 'bypassSecret', 'upstream'];
  expect(settingsProblems(wrong)).toEqual(expected);
  expect(settingsProblems('text')).toEqual(['settings']);
});
