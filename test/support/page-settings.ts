import type { PageSettings } from '../../src/worker/settings.js';

export const SECRET = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';

/** Settings of an event that nobody can pass but with the secret, changed where a test says so. */
export function pageSettings(changes: Partial<PageSettings> = {}): PageSettings {
  return {
    schema: 1,
    eventId: '20260301-abcdefgh',
    title: null,
    message: null,
    since: '2026-03-01T10:00:00.000Z',
    until: null,
    autoEnd: false,
    contact: null,
    statusUrl: null,
    allowIps: [],
    allowPaths: [],
    bypassSecret: SECRET,
    upstream: [],
    ...changes,
  };
}
