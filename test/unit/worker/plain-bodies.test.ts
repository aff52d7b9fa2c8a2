import { expect, it } from 'vitest';
import { negotiateLocale } from '../../../src/worker/page/locale.js';
import { renderProblem, renderText } from '../../../src/worker/page/plain-bodies.js';
import { pageSettings } from '../../support/page-settings.js';

const view = { locale: negotiateLocale('en'), now: new Date('2026-03-01T11:00:00Z'), host: 'shop.example' };

it('writes plain text that reads like a note', () => {
  const settings = pageSettings({
    title: 'Moving house',
    message: 'Back at noon.',
    until: '2026-03-01T12:00:00.000Z',
    contact: 'help@shop.example',
    statusUrl: 'https://status.example/',
  });
  expect(renderText(settings, view)).toBe(`Moving house

Back at noon.

Expected back: 2026-03-01T12:00:00.000Z
Contact: help@shop.example
Status page: https://status.example/
Reference: 20260301-abcdefgh
`);
});

it('writes nothing that acts on a terminal', () => {
  const settings = pageSettings({ title: 'a\u001b[2Jb\u0000', message: 'c\r\nd\u009b31m\u007f\te' });
  expect(renderText(settings, view)).toMatch(/^a\[2Jb\n\nc\nd31m\te\n/);
});

it('says that it takes longer, once it does', () => {
  expect(renderText(pageSettings({ until: '2026-03-01T10:30:00Z' }), view)).toContain('longer than expected');
});

it('describes the problem by RFC 9457', () => {
  const body = renderProblem(pageSettings({ title: 'Moving house', contact: 'javascript:1' }), view, 321);
  expect(JSON.parse(body)).toEqual({
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'Moving house',
    retryAfter: 321,
    maintenance: {
      event: '20260301-abcdefgh',
      title: 'Moving house',
      since: '2026-03-01T10:00:00.000Z',
      until: null,
      contact: null,
      statusUrl: null,
    },
  });
});
