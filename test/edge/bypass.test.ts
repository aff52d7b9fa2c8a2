import { createHmac } from 'node:crypto';
import { WebSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerModules } from '../../src/worker/deployment-modules.js';
import { pageSettings, SECRET } from '../support/page-settings.js';
import { type Answer, type Ask, type Edge, startEdge, type Worker } from '../support/workerd.js';

const HTTPS = { 'x-forwarded-proto': 'https' };
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const page = (changes: Parameters<typeof pageSettings>[0]): Worker => ({
  modules: workerModules(pageSettings(changes), null, null),
});
const script = (content: string): Worker => ({
  modules: [{ name: 'site.js', type: 'application/javascript+module', content }],
});

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({
    page: page({}),
    'other-event': page({ eventId: '20260302-zzzzzzzz' }),
    'other-secret': page({ bypassSecret: 'b3RoZXItc2VjcmV0LW90aGVyLXM' }),
    addresses: page({ allowIps: ['203.0.113.0/24', '2001:db8:1::/48', 'nonsense', '10.0.0.0/40'] }),
    paths: page({ allowPaths: ['/webhooks/*', '/health', 'nonsense'] }),
    ended: page({ until: minutesFromNow(-1), autoEnd: true }),
    'not-ended': page({ until: minutesFromNow(5), autoEnd: true }),
    'ended-by-hand': page({ until: minutesFromNow(-1), autoEnd: false }),
    displaced: {
      ...page({
        upstream: [
          { pattern: 'shop.example/*', binding: 'SITE' },
          { pattern: 'shop.example/static/*', binding: null },
          { pattern: 'shop.example/api/*', binding: 'FAILING' },
          { pattern: 'shop.example/lost/*', binding: 'LOST' },
          { pattern: '127.0.0.1/socket', binding: 'SOCKET' },
        ],
      }),
      bindings: { SITE: 'site', FAILING: 'failing', SOCKET: 'socket' },
    },
    site: script(
      'export default { fetch(request) { return Response.json({ worker: "site", url: request.url, secret: request.headers.get("x-maint-bypass") }); } };',
    ),
    socket: script(
      'export default { fetch() { const [ours, theirs] = Object.values(new WebSocketPair()); theirs.accept(); theirs.send("hello"); return new Response(null, { status: 101, webSocket: ours }); } };',
    ),
    failing: script('export default { fetch() { throw new Error("boom"); } };'),
  });
});
afterAll(() => edge.close());

const isPage = ({ status, headers }: Answer) => status === 503 && headers['x-maint-event'] !== undefined;
const isOrigin = ({ status, headers, body }: Answer) =>
  status === 200 && headers['x-maint-event'] === undefined && JSON.parse(body).origin === true;
const asGuest = (worker: string, ask: Ask = {}) =>
  edge.ask(worker, { ...ask, headers: { 'x-maint-bypass': SECRET, ...ask.headers } });

describe('the header', () => {
  it('reaches the origin, marked and kept out of caches, and leaves no trace there', async () => {
    const answer = await asGuest('page', { method: 'POST', path: '/a?b=c', body: 'hello' });
    expect(isOrigin(answer)).toBe(true);
    expect(answer.headers).toMatchObject({
      'x-maint-bypassed': '20260301-abcdefgh',
      'cache-control': 'private, no-store',
    });
    expect(JSON.parse(answer.body)).toMatchObject({ method: 'POST', url: '/a?b=c', body: 'hello' });
    expect(answer.body).not.toContain('bypass');
  });

  it.each(['', 'wrong', `${SECRET}x`, SECRET.slice(1), SECRET.toLowerCase()])(
    'with %j gets the page',
    async (secret) => {
      const answer = await edge.ask('page', { headers: { 'x-maint-bypass': secret } });
      expect(isPage(answer)).toBe(true);
      const plain = await edge.ask('page');
      expect(answer.body).toBe(plain.body);
      expect(Object.keys(answer.headers)).toEqual(Object.keys(plain.headers));
    },
  );
});

describe('the link', () => {
  const open = (path: string, headers = HTTPS) => edge.ask('page', { path, headers });

  it('becomes a cookie, and the address loses the secret and nothing else', async () => {
    const answer = await open(`//a%2Fb?x=%20&maint-bypass=${SECRET}&y=1+2&&z`);
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe('https://shop.example//a%2Fb?x=%20&y=1+2&&z');
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^maint-bypass=\d{10}\.[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  it('works where there is no TLS, as on one’s own computer', async () => {
    const answer = await open(`/?maint-bypass=${SECRET}`, { 'x-forwarded-proto': 'http' });
    expect(answer.headers.location).toBe('http://shop.example/');
    expect(answer.headers['set-cookie']?.[0]).not.toContain('Secure');
  });

  it('with a wrong secret gets the page, and no cookie', async () => {
    const answer = await open('/?maint-bypass=wrong');
    expect(isPage(answer)).toBe(true);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('the cookie', () => {
  const cookie = async (worker = 'page') => {
    const answer = await edge.ask(worker, { path: `/?maint-bypass=${SECRET}` });
    return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  };
  const withCookie = (worker: string, value: string) => edge.ask(worker, { headers: { cookie: value } });

  it('passes, and the origin sees only the other cookies', async () => {
    const answer = await withCookie('page', `a=1; ${await cookie()}; b=2`);
    expect(isOrigin(answer)).toBe(true);
    expect(JSON.parse(answer.body).headers.cookie).toBe('a=1; b=2');
    const alone = await withCookie('page', await cookie());
    expect(JSON.parse(alone.body).headers).not.toHaveProperty('cookie');
  });

  it('is worth nothing in another event, or under another secret', async () => {
    const good = await cookie();
    expect(isPage(await withCookie('other-event', good))).toBe(true);
    expect(isPage(await withCookie('other-secret', good))).toBe(true);
  });

  it('is worth nothing once it has expired, though it is signed', async () => {
    const signed = (expires: number) => {
      const signature = createHmac('sha256', SECRET).update(`20260301-abcdefgh.${expires}`).digest('hex');
      return `maint-bypass=${expires}.${signature}`;
    };
    const now = Math.floor(Date.now() / 1000);
    expect(isOrigin(await withCookie('page', signed(now + 60)))).toBe(true);
    expect(isPage(await withCookie('page', signed(now - 1)))).toBe(true);
  });

  it('is worth nothing when altered', async () => {
    const good = await cookie();
    const [expires, signature] = good.split('=')[1]?.split('.') ?? [];
    const altered = [
      `maint-bypass=${Number(expires) + 1}.${signature}`,
      `maint-bypass=${expires}.${signature?.slice(1)}`,
      `maint-bypass=${expires}.`,
      'maint-bypass=',
      'maint-bypass=9e99',
      `maint-bypass=${SECRET}`,
      `not-${good}`,
    ];
    for (const value of altered)
      expect({ value, page: isPage(await withCookie('page', value)) }).toEqual({ value, page: true });
  });
});

describe('addresses', () => {
  it.each([
    ['203.0.113.7', true],
    ['::ffff:203.0.113.7', true],
    ['2001:db8:1:2::3', true],
    ['203.0.114.7', false],
    ['2001:db8:2::1', false],
    ['10.0.0.1', false],
    ['nonsense', false],
  ])('%s: %s', async (address, passes) => {
    const answer = await edge.ask('addresses', { headers: { 'cf-connecting-ip': address } });
    expect(passes ? isOrigin(answer) : isPage(answer)).toBe(true);
  });
});

describe('paths', () => {
  it.each([
    ['/webhooks/stripe?a=b', true],
    ['/health', true],
    ['/robots.txt', true],
    ['/.well-known/acme-challenge/token', true],
    ['/webhooks', false],
    ['/Webhooks/x', false],
    ['/health/', false],
    ['/?/webhooks/x', false],
    ['/webhooks/../admin', false],
    ['/webhooks/%2e%2e/admin', false],
    ['/webhooks/..%2fadmin', false],
    ['/webhooks/..%5cadmin', false],
    ['/webhooks/..\\admin', false],
    ['/webhooks/%252e%252e%252fadmin', false],
    ['/webhooks/..;/admin', false],
    ['/webhooks/..%c0%afadmin', false],
    ['/webhooks//admin', false],
    ['//webhooks/x', false],
    ['/.well-known/acme-challenge/..%2f..%2fadmin', false],
  ])('%s: %s', async (path, passes) => {
    const answer = await edge.ask('paths', { path });
    expect(passes ? isOrigin(answer) : isPage(answer)).toBe(true);
    if (passes) expect(answer.headers['cache-control']).toBe('public, max-age=600');
  });
});

describe('what a guest reaches', () => {
  it('is the Worker that the page displaced, without our header', async () => {
    const answer = await asGuest('displaced', { path: '/cart?a=1', headers: HTTPS });
    expect(JSON.parse(answer.body)).toEqual({
      worker: 'site',
      url: 'https://shop.example/cart?a=1',
      secret: null,
    });
    expect(answer.headers['x-maint-bypassed']).toBe('20260301-abcdefgh');
  });

  it('is the origin where a more specific route ran no Worker', async () => {
    expect(isOrigin(await asGuest('displaced', { path: '/static/app.js' }))).toBe(true);
    expect(isOrigin(await asGuest('displaced', { headers: { host: 'www.shop.example' } }))).toBe(true);
  });

  it('may be a WebSocket', async () => {
    const url = `${edge.address('displaced').replace('http', 'ws')}/socket`;
    const connect = (headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url, { headers });
        socket.onerror = () => resolve('refused');
        socket.onmessage = ({ data }) => {
          resolve(String(data));
          socket.close();
        };
      });
    await expect(connect({ 'x-maint-bypass': SECRET })).resolves.toBe('hello');
    await expect(connect({})).resolves.toBe('refused');
  });

  it.each(['/api/x', '/lost/x'])('is an honest 502 where the Worker of %s cannot answer', async (path) => {
    const answer = await asGuest('displaced', { path });
    expect(answer.status).toBe(502);
    expect(answer.headers['x-maint-event']).toBeUndefined();
  });
});

describe('the end', () => {
  it('opens the site by itself with auto-end, unmarked, and takes old links', async () => {
    const answer = await edge.ask('ended');
    expect(isOrigin(answer)).toBe(true);
    expect(answer.headers).not.toHaveProperty('x-maint-bypassed');
    expect(answer.headers['cache-control']).toBe('public, max-age=600');
    const old = await edge.ask('ended', { path: '/a?maint-bypass=old' });
    expect(JSON.parse(old.body).url).toBe('/a');
  });

  it.each(['not-ended', 'ended-by-hand'])('does not open the site %s', async (worker) => {
    expect(isPage(await edge.ask(worker))).toBe(true);
  });
});
