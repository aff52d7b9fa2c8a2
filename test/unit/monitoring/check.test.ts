import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TargetPolicy } from '../../../src/model/target.js';
import { createChecker } from '../../../src/monitoring/check.js';
import type { Header } from '../../../src/monitoring/types.js';
import { type LoopbackServer, serve } from './flaky-server.js';
import { target } from './samples.js';

function checker(connectTo: { host: string; port: number } | null = null) {
  const made = createChecker({
    connectTo,
    proxy: {},
    userAgent: 'maint/test',
    connections: 8,
    clock: () => new Date(),
    monotonic: () => performance.now(),
  });
  onTestFinished(() => made.close());
  return made;
}

async function checkOf(
  listener: RequestListener,
  policy: Partial<TargetPolicy> = {},
  bypass: Header | null = null,
) {
  const server = await serve(listener);
  const url = `${server.url}/health/`;
  const result = await checker().check(target({ timeoutMs: 400, ...policy, url }), bypass);
  return { ...result, server };
}

const says =
  (status: number, body = '', headers: Record<string, string> = {}): RequestListener =>
  (_req, res) =>
    res.writeHead(status, headers).end(body);

const fromCloudflare = { server: 'cloudflare', 'cf-ray': '8abc-AMS', 'content-type': 'text/html' };

describe('a check', () => {
  it('of a site that is well tells how long it took', async () => {
    const result = await checkOf(says(200, 'ok'));
    expect(result).toMatchObject({ verdict: 'success', statusCode: 200, error: null, targetId: 1 });
    expect(result.connectMs).not.toBeNull();
    expect(result.totalMs).toBeGreaterThanOrEqual(result.firstByteMs ?? Number.NaN);
    expect(result.firstByteMs).toBeGreaterThanOrEqual(result.connectMs ?? Number.NaN);
  });

  it.each<[string, RequestListener, Partial<TargetPolicy>, object]>([
    ['an error of the site', says(500), {}, { verdict: 'failure', error: 'http', detail: 'HTTP 500' }],
    [
      'a status that is not wanted',
      says(200),
      { expectStatus: [[204, 204]] },
      { verdict: 'failure', error: 'http' },
    ],
    ['the text that is wanted', says(200, 'all is well'), { expectText: 'is well' }, { verdict: 'success' }],
    ['another text', says(200, 'oh no'), { expectText: 'well' }, { verdict: 'failure', error: 'text' }],
    ['no answer', () => {}, {}, { verdict: 'failure', error: 'timeout', statusCode: null }],
    ['a reset', (req) => req.socket.resetAndDestroy(), {}, { verdict: 'failure', error: 'reset' }],
    ['our own page', says(503, '', { 'x-maint-event': 'e' }), {}, { verdict: 'excused', error: 'own-page' }],
    [
      'an origin that Cloudflare cannot reach',
      says(521, '', fromCloudflare),
      {},
      { verdict: 'failure', error: 'http' },
    ],
    [
      'an origin that has no address',
      says(530, 'error code: 1016', fromCloudflare),
      {},
      { verdict: 'failure' },
    ],
    [
      'a rate limit of Cloudflare',
      says(429, 'error code: 1015', fromCloudflare),
      {},
      { verdict: 'excused', error: 'cloudflare' },
    ],
    [
      'the daily limit of Workers',
      says(429, '<h1>Error 1027</h1>', fromCloudflare),
      {},
      { verdict: 'excused' },
    ],
    [
      'a challenge',
      says(403, '', { ...fromCloudflare, 'cf-mitigated': 'challenge' }),
      {},
      { verdict: 'excused' },
    ],
    [
      'a Worker that fails',
      says(500, 'error code: 1101', fromCloudflare),
      {},
      { verdict: 'failure', error: 'http' },
    ],
    [
      'a rate limit of the site itself',
      says(429, 'slow down, error 1015'),
      {},
      { verdict: 'failure', error: 'http' },
    ],
    ['a refusal of the site behind Cloudflare', says(403, 'no', fromCloudflare), {}, { verdict: 'failure' }],
    ['what is no HTTP', (req) => req.socket.end('hello\r\n\r\n'), {}, { verdict: 'failure', error: 'http' }],
  ])('sees %s', async (_name, listener, policy, expected) => {
    expect(await checkOf(listener, policy)).toMatchObject(expected);
  });

  it('ends at its deadline, also where the body trickles on', async () => {
    const trickle: RequestListener = (_req, res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write('.'), 20);
      res.on('close', () => clearInterval(timer));
    };
    const result = await checkOf(trickle);
    expect(result).toMatchObject({ verdict: 'failure', error: 'timeout', statusCode: 200 });
    expect(result.totalMs).toBeLessThan(900);
  });

  it('reads no more than 64 KiB', async () => {
    let sent = 0;
    const flood: RequestListener = (_req, res) => {
      res.writeHead(200);
      const more = () => {
        sent += 65_536;
        if (!res.destroyed && res.write(Buffer.alloc(65_536))) setImmediate(more);
      };
      res.on('drain', more);
      more();
    };
    expect(await checkOf(flood, { timeoutMs: 5_000 })).toMatchObject({ verdict: 'success' });
    expect(sent).toBeLessThan(20_000_000);
  });

  it('tells a refused connection, and one that nobody takes', async () => {
    const closed = await serve(says(200));
    closed.server.close();
    closed.server.closeAllConnections();
    const result = await checker().check(target({ url: `${closed.url}/` }), null);
    expect(result).toMatchObject({ verdict: 'failure', error: 'refused', connectMs: null });
  });

  it('tells a broken TLS handshake', async () => {
    const server = createServer((socket) => socket.end('not TLS at all'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const result = await checker().check(target({ url: `https://127.0.0.1:${port}/` }), null);
    expect(result).toMatchObject({ verdict: 'failure', error: 'tls' });
  });

  it('rejects where it was stopped, for then it says nothing of the site', async () => {
    const server = await serve(() => {});
    const stop = new AbortController();
    const pending = checker().check(target({ url: server.url }), null, stop.signal);
    stop.abort(new Error('stop'));
    await expect(pending).rejects.toThrow('stop');
  });

  it('asks once more on a new connection where an old one was closed under it', async () => {
    let asked = 0;
    const server = await serve((req, res) => {
      asked += 1;
      if (asked === 2) req.socket.resetAndDestroy();
      else res.end('ok');
    });
    const made = checker();
    const once = () => made.check(target({ url: server.url }), null);
    const first = await once();
    // The pool takes a moment to see that the connection is free again.
    await setTimeout(50);
    const second = await once();
    expect([first.verdict, second.verdict]).toEqual(['success', 'success']);
    expect(first.connectMs).not.toBeNull();
    expect(asked).toBe(3);
  });
});

describe('redirects', () => {
  const to =
    (location: (server: LoopbackServer) => string, status = 302) =>
    async (policy: Partial<TargetPolicy> = {}) => {
      const server = await serve((req, res) => {
        if (req.url === '/end') res.end('there');
        else res.writeHead(status, { location: location(server) }).end();
      });
      const one = target({ timeoutMs: 2_000, ...policy, url: `${server.url}/` });
      return { result: await checker().check(one, { name: 'x-maint-bypass', value: 'secret' }), server };
    };

  it('are followed to their end', async () => {
    const { result } = await to(() => '/end')({ expectText: 'there' });
    expect(result).toMatchObject({ verdict: 'success', statusCode: 200 });
  });

  it('are what is wanted where only 3xx is', async () => {
    const { result } = await to(() => '/end')({ expectStatus: [[301, 302]] });
    expect(result).toMatchObject({ verdict: 'success', statusCode: 302 });
  });

  it('without end are given up after five', async () => {
    const { result, server } = await to(() => '/again')();
    expect(result).toMatchObject({ verdict: 'failure', error: 'http' });
    expect(server.requests.length).toBe(6);
  });

  it.each(['ftp://127.0.0.1/', 'javascript:alert(1)', 'http://'])(
    'to %s are not followed',
    async (location) => {
      const { result } = await to(() => location)();
      expect(result).toMatchObject({ verdict: 'failure', error: 'http' });
    },
  );

  it('turn a POST into a GET, unless they say not to', async () => {
    const found = await to(() => '/end')({ method: 'POST' });
    expect(found.server.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
    const temporary = await to(() => '/end', 307)({ method: 'POST' });
    expect(temporary.server.requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  it('carry neither the bypass nor headers of one’s own to another origin', async () => {
    const other = await serve(says(200));
    const { server } = await to(() => `${other.url}/`)({ headers: { Authorization: 'Basic abc' } });
    expect(server.requests[0]?.headers).toMatchObject({
      'x-maint-bypass': 'secret',
      authorization: 'Basic abc',
    });
    expect(other.requests[0]?.headers).not.toHaveProperty('x-maint-bypass');
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  const encodings = [
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
  ];
  it.each([
    ...encodings,
    '169.254.169.254',
    '100.100.100.200',
    '[fd00:ec2::254]',
    '10.1.2.3',
    '[64:ff9b::7f00:1]',
  ])('lead nobody from a public name to %s', async (host) => {
    const inner = await serve(says(200));
    const edge = await serve((_req, res) =>
      res.writeHead(302, { location: `http://${host}:${inner.port}/` }).end(),
    );
    // All names lead to the one server; `localhost` by name is only found where names are looked up.
    const made = checker({ host: '127.0.0.1', port: edge.port });
    const one = target({ url: 'http://shop.example/', timeoutMs: 2_000 });
    const result = await made.check(one, null);
    expect(result).toMatchObject({ verdict: 'failure', error: 'http' });
    expect(inner.requests).toEqual([]);
    expect(edge.requests.length).toBeLessThanOrEqual(host === 'localhost' ? 6 : 1);
  });
});

describe('a check through one given address', () => {
  it('speaks plain HTTP to this computer and asks for the site by name', async () => {
    const server = await serve(says(200));
    const made = checker({ host: '127.0.0.1', port: server.port });
    const result = await made.check(target({ url: 'https://shop.example/health/?deep=1' }), null);
    expect(result.verdict).toBe('success');
    expect(server.requests[0]?.headers.host).toBe('shop.example');
    expect(server.requests[0]?.url).toBe('/health/?deep=1');
  });
});
