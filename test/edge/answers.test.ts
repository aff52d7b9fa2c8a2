import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerModules } from '../../src/worker/deployment-modules.js';
import { pageSettings } from '../support/page-settings.js';
import { type Ask, type Edge, startEdge, type Worker } from '../support/workerd.js';

const HOUR = 3_600_000;
const inTwoHours = new Date(Date.now() + 2 * HOUR).toISOString();
const anHourAgo = new Date(Date.now() - HOUR).toISOString();
/** A Worker whose settings were put together by hand. */
const tampered = (content: string): Worker => ({
  modules: [
    ...workerModules(pageSettings(), null, null).filter(({ name }) => name !== 'settings.txt'),
    { name: 'settings.txt', type: 'text/plain', content },
  ],
});

let edge: Edge;
beforeAll(async () => {
  const known = pageSettings({
    until: inTwoHours,
    message: 'Moving to a <b>faster</b> database.',
    contact: 'help@shop.example',
  });
  edge = await startEdge({
    page: { modules: workerModules(known, { routes: [] }, null) },
    open: { modules: workerModules(pageSettings(), null, null) },
    overdue: { modules: workerModules(pageSettings({ until: anHourAgo }), null, null) },
    custom: { modules: workerModules(known, null, '<!doctype html><title>{{title}}</title><p>{{message}}') },
    cut: tampered('{"schema":1'),
    secretless: tampered(JSON.stringify({ ...pageSettings(), bypassSecret: '' })),
    incomplete: tampered(JSON.stringify({ ...pageSettings(), allowIps: undefined })),
    upstreamless: tampered(JSON.stringify({ ...pageSettings(), upstream: undefined })),
  });
});
afterAll(() => edge.close());

const ask = (headers: Record<string, string>, more: Ask = {}) => edge.ask('page', { ...more, headers });

describe('every answer', () => {
  it('is a 503 that says when to return, what it is, and that it must not be kept', async () => {
    const answer = await ask({ accept: 'text/html' });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(7100);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(7260);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['x-maint-event']).toBe('20260301-abcdefgh');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['x-robots-tag']).toBeUndefined();
  });

  it.each(['open', 'overdue'])('asks for five to fifteen minutes where the end is %s', async (worker) => {
    const { headers } = await edge.ask(worker);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(300);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(900);
  });

  it('has no body for HEAD and else the same', async () => {
    const head = await ask({ accept: 'text/html' }, { method: 'HEAD' });
    const get = await ask({ accept: 'text/html' });
    const {
      'retry-after': _a,
      date: _b,
      'content-length': _c,
      'transfer-encoding': _d,
      ...rest
    } = head.headers;
    expect(head).toMatchObject({ status: 503, body: '' });
    expect(get.headers).toMatchObject({ ...rest });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is the same for %s', async (method) => {
    const answer = await ask({}, { method, ...(method === 'OPTIONS' ? {} : { body: 'a=b' }) });
    expect(answer).toMatchObject({ status: 503, headers: { 'x-maint-event': '20260301-abcdefgh' } });
  });
});

describe('the kind of answer', () => {
  const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
  it.each<[string, Record<string, string>, string, string]>([
    ['a browser', { accept: chrome, 'sec-fetch-dest': 'document' }, '/', 'text/html'],
    ['a crawler', { accept: chrome }, '/', 'text/html'],
    ['a frame', { accept: '*/*', 'sec-fetch-dest': 'iframe' }, '/', 'text/html'],
    ['fetch that wants HTML', { accept: 'text/html', 'sec-fetch-dest': 'empty' }, '/', 'text/html'],
    ['fetch', { accept: '*/*', 'sec-fetch-dest': 'empty' }, '/', 'application/problem+json'],
    ['axios', { accept: 'application/json, text/plain, */*' }, '/', 'application/problem+json'],
    ['jQuery', { accept: 'text/html;q=0.5, application/json' }, '/', 'application/problem+json'],
    ['a vendor type', { accept: 'application/vnd.github+json' }, '/', 'application/problem+json'],
    ['a program under /api', { accept: '*/*' }, '/api/orders', 'application/problem+json'],
    ['a program on api.', { host: 'api.shop.example' }, '/orders', 'application/problem+json'],
    ['a webhook', { 'content-type': 'application/json' }, '/hook', 'application/problem+json'],
    ['curl', { accept: '*/*' }, '/', 'text/plain'],
    ['nothing said', {}, '/', 'text/plain'],
    ['an image tag', { accept: 'image/avif,*/*', 'sec-fetch-dest': 'image' }, '/api/logo', 'text/plain'],
    ['a script tag', { accept: '*/*', 'sec-fetch-dest': 'script' }, '/app.js', 'text/plain'],
    ['refused HTML', { accept: 'text/html;q=0, text/plain' }, '/', 'text/plain'],
    ['nonsense', { accept: ';;q=,,/;q=x' }, '/', 'text/plain'],
  ])('%s', async (_who, headers, path, type) => {
    const answer = await ask(headers, { path });
    expect(answer.status).toBe(503);
    expect(answer.headers['content-type']?.split(';')[0]).toBe(type);
    expect(answer.headers.vary).toMatch(/\bAccept\b/);
  });

  it('tells programs in a problem document what they can act on', async () => {
    const answer = await ask({ accept: 'application/json' });
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'Moving to a <b>faster</b> database.',
      maintenance: { event: '20260301-abcdefgh', until: inTwoHours, contact: 'help@shop.example' },
      retryAfter: Number(answer.headers['retry-after']),
    });
  });

  it('never tells a secret or the restore record', async () => {
    const answers = await Promise.all(
      ['text/html', 'application/json', 'text/plain'].map((accept) => ask({ accept })),
    );
    for (const { body, headers } of answers) {
      expect(body + JSON.stringify(headers)).not.toMatch(/c2VjcmV0|bypass|restore|"routes"/);
    }
  });

  it('speaks the language that the visitor asks for', async () => {
    const german = await ask({ accept: 'text/html', 'accept-language': 'xx, de-AT;q=0.8, en;q=0.5' });
    expect(german.headers['content-language']).toBe('de');
    expect(german.body).toContain('<html lang="de" dir="ltr">');
    const hebrew = await ask({ accept: 'text/plain', 'accept-language': 'he-IL' });
    expect(hebrew.body).toContain('נחזור בקרוב');
  });

  it('allows the page its own style and script by hash, and nothing else', async () => {
    const { headers } = await ask({ accept: 'text/html' });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}=';/,
    );
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
  });

  it('serves a page of one’s own with the same status and headers', async () => {
    const { status, headers, body } = await edge.ask('custom', { headers: { accept: 'text/html' } });
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-maint-event': '20260301-abcdefgh' });
    expect(body).toContain('<p>Moving&#32;to&#32;a&#32;&#60;b&#62;faster');
  });
});

describe('other protocols', () => {
  it('grants a preflight, so that a script of another origin can read the 503', async () => {
    const origin = 'https://app.example';
    const preflight = await ask(
      { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-a, x-b' },
      { method: 'OPTIONS' },
    );
    expect(preflight).toMatchObject({ status: 204, body: '' });
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'x-a, x-b',
      'access-control-max-age': '0',
    });
    const answer = await ask({ origin, accept: 'application/json' });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'Retry-After, X-Maint-Event',
    });
    expect(answer.headers.vary).toContain('Origin');
  });

  it('refuses a WebSocket with a plain 503', async () => {
    const answer = await ask({
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    });
    expect(answer.status).toBe(503);
    expect(answer.headers['content-type']).toContain('text/plain');
  });

  it('tells gRPC clients UNAVAILABLE', async () => {
    const answer = await ask(
      { 'content-type': 'application/grpc+proto' },
      { method: 'POST', path: '/shop.Cart/Get' },
    );
    expect(answer).toMatchObject({ status: 503, body: '' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/grpc', 'grpc-status': '14' });
  });
});

describe('whatever is wrong with its settings', () => {
  it.each([
    ['cut', 'unknown'],
    ['secretless', 'unknown'],
    ['incomplete', '20260301-abcdefgh'],
    ['upstreamless', '20260301-abcdefgh'],
  ])('it stays shut: %s', async (worker, event) => {
    const path = worker === 'upstreamless' ? '/robots.txt' : '/?maint-bypass=';
    const answer = await edge.ask(worker, { path, headers: { 'x-maint-bypass': '' } });
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'x-maint-event': event, 'retry-after': '300', 'cache-control': 'no-store' },
      body: 'This site is under maintenance.\n',
    });
  });
});
