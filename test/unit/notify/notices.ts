import type { Notice } from '../../../src/model/notice.js';
import type { Channel } from '../../../src/notify/channels.js';
import { readChannels } from '../../../src/notify/channels.js';

export const AT = '2026-11-23T12:00:00.000Z';

/** A notice of the monitor about some sites. */
export function notice(
  type: Notice['type'],
  domains: readonly string[] = ['a.example'],
  more: Partial<Notice> = {},
): Notice {
  const sites = domains.map((domain) => ({ domain, reason: 'HTTP 502' }));
  return { type, at: AT, sites, eventId: null, actor: 'ann', manual: false, ...more };
}

/** A channel of the settings with defaults. */
export function channel(more: object = {}): Channel {
  const settings = { type: 'webhook', url: 'http://127.0.0.1:9/hook', ...more };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const [only] = readChannels([Object.fromEntries(given)]);
  if (only === undefined) throw new Error('no channel');
  return only;
}
