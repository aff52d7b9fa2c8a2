import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { type Caller, callerOf, zoneId } from './api-client.js';

let sandbox: Sandbox;
let call: Caller;
let routes: string;
const body = { pattern: 'linden-law.example/*', script: 'image-resizer' };

beforeAll(async () => {
  sandbox = await startSandbox({ edge: false, record: true });
  call = callerOf(sandbox);
  routes = `/zones/${zoneId(sandbox, 'linden-law.example')}/workers/routes`;
});
afterEach(() => {
  sandbox.faults.clear();
  sandbox.state.routes.set(zoneId(sandbox, 'linden-law.example'), []);
});
afterAll(() => sandbox.close());

const patterns = () =>
  (sandbox.state.routes.get(zoneId(sandbox, 'linden-law.example')) ?? []).map(({ pattern }) => pattern);

const raw = (method: string, path: string, payload?: unknown) =>
  fetch(sandbox.apiUrl + path, {
    method,
    headers: { authorization: `Bearer ${sandbox.tokens.all}` },
    body: payload === undefined ? null : JSON.stringify(payload),
  });

describe('what a fault does', () => {
  it('answers instead of applying', async () => {
    sandbox.faults.add({
      method: 'POST',
      respond: { status: 503, headers: { 'retry-after': '7' }, body: 'busy' },
    });
    const reply = await raw('POST', routes, body);
    expect([reply.status, reply.headers.get('retry-after'), await reply.text()]).toEqual([503, '7', 'busy']);
    expect(patterns()).toEqual([]);
  });

  it('resets the connection before applying', async () => {
    sandbox.faults.add({ method: 'POST', dropBefore: true });
    await expect(raw('POST', routes, body)).rejects.toThrow('fetch failed');
    expect(patterns()).toEqual([]);
    expect(sandbox.requests.at(-1)).toMatchObject({ method: 'POST', status: 0 });
  });

  it('applies and loses the answer', async () => {
    sandbox.faults.add({ method: 'POST', dropAfter: true });
    await expect(raw('POST', routes, body)).rejects.toThrow('fetch failed');
    expect(patterns()).toEqual([body.pattern]);
  });

  it('applies and answers something else', async () => {
    sandbox.faults.add({ method: 'POST', respondAfter: { status: 502, body: '<html>' } });
    expect((await raw('POST', routes, body)).status).toBe(502);
    expect(patterns()).toEqual([body.pattern]);
  });

  it('reports a concurrent modification', async () => {
    sandbox.faults.add({ method: 'write', concurrentModification: true });
    expect(await call('POST', routes, body)).toMatchObject({ status: 409, code: 10035 });
    expect((await call('GET', routes)).result).toEqual([]);
  });

  it('shows an HTML page or a challenge', async () => {
    sandbox.faults.add({ path: '/ips', html: 521, count: 1 });
    sandbox.faults.add({ path: '/ips', challenge: true });
    const page = await raw('GET', '/ips');
    expect([page.status, page.headers.get('content-type')]).toEqual([521, 'text/html; charset=UTF-8']);
    const challenge = await raw('GET', '/ips');
    expect([challenge.status, challenge.headers.get('cf-mitigated')]).toEqual([403, 'challenge']);
  });

  it('cuts the JSON short, and trickles it', async () => {
    sandbox.faults.add({ path: '/ips', truncate: true, count: 1 });
    sandbox.faults.add({ path: '/ips', trickleMs: 10 });
    const half = await (await raw('GET', '/ips')).text();
    expect(() => JSON.parse(half)).toThrow();
    const started = performance.now();
    expect(await (await raw('GET', '/ips')).json()).toMatchObject({ success: true });
    expect(performance.now() - started).toBeGreaterThan(60);
  });

  it('delays', async () => {
    sandbox.faults.add({ delayMs: 80 });
    const started = performance.now();
    await call('GET', '/ips');
    expect(performance.now() - started).toBeGreaterThanOrEqual(79);
  });

  it('runs a hook before and after', async () => {
    const seen: unknown[] = [];
    sandbox.faults.add({
      method: 'POST',
      hook: (request, when) => void seen.push([when, request.path, request.body, patterns().length]),
    });
    await call('POST', routes, body);
    expect(seen).toEqual([
      ['before', routes, body, 0],
      ['after', routes, body, 1],
    ]);
  });
});

describe('which calls a fault hits', () => {
  const statuses = async (times: number) => {
    const all: number[] = [];
    for (let index = 0; index < times; index += 1) all.push((await raw('GET', '/ips')).status);
    return all;
  };
  const respond = { status: 500, body: {} };

  it('the nth', async () => {
    sandbox.faults.add({ path: '/ips', nth: 2, respond });
    expect(await statuses(3)).toEqual([200, 500, 200]);
  });

  it('so many', async () => {
    sandbox.faults.add({ path: /^\/ip/, count: 2, respond });
    expect(await statuses(3)).toEqual([500, 500, 200]);
  });

  it('the same ones for the same seed', async () => {
    sandbox.faults.add({ probability: 0.5, seed: 7, respond });
    const first = await statuses(12);
    sandbox.faults.clear();
    sandbox.faults.add({ probability: 0.5, seed: 7, respond });
    expect(await statuses(12)).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 500]));
  });

  it.each([
    ['/zones/*/workers/routes', true],
    ['/zones/**', true],
    ['/zones/*', false],
    ['**/routes', true],
    ['/zones', false],
  ])('path %s: %s', async (path, hit) => {
    sandbox.faults.add({ path, respond });
    expect((await raw('GET', routes)).status).toBe(hit ? 500 : 200);
  });
});
