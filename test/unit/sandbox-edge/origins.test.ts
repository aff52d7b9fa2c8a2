import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Edge, startEdge } from '../../../src/sandbox/edge/edge.js';
import type { OriginBehaviour } from '../../../src/sandbox/state.js';
import { dns, route, SampleState, script, visit } from './sample-state.js';

const sample = new SampleState()
  .zone('plain.test')
  .zone('worker.test', [route('*worker.test/*', 'pass')])
  .zone('grey.test')
  .dns('grey.test', [dns('grey.test', false)])
  .upload(script('pass', 'export default { fetch(request) { return fetch(request); } };'));
let edge: Edge;

beforeAll(async () => {
  edge = await startEdge(sample.state, { host: '127.0.0.1', originTimeoutMs: 150 });
});
afterAll(() => edge.close());

function behave(host: string, behaviour: OriginBehaviour): void {
  sample.state.origins.set(host, behaviour);
  sample.state.revision += 1;
}

describe('an origin that is well', () => {
  it.each(['plain.test', 'www.plain.test', 'worker.test'])('shows the page of %s', async (host) => {
    const answer = await visit(edge.port, `${host}/a<b?c=d`);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'x-sandbox-origin': host, server: 'cloudflare' },
    });
    expect(answer.headers['cf-ray']).toMatch(/^[0-9a-f]{16}-SBX$/);
    expect(answer.body).toContain(`This is the origin of ${host}, asked for /a`);
    expect(answer.body).not.toContain('a<b');
  });

  it.each([
    ['/health', 'ok\n'],
    ['/health/', 'ok\n'],
    ['/robots.txt', 'User-agent: *\nAllow: /\n'],
    ['/.well-known/acme-challenge/abc', 'abc.sandbox-account-key'],
  ])('answers %s as text', async (path, body) => {
    const answer = await visit(edge.port, `plain.test${path}`);
    expect(answer).toMatchObject({ status: 200, body });
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
  });

  it.each(['plain.test', 'worker.test'])('shows on %s what reached it', async (host) => {
    const answer = await visit(edge.port, `${host}:8080/__echo?a=1`, {
      method: 'POST',
      body: 'hello',
      headers: { 'x-sandbox-client-ip': '203.0.113.9', 'cf-connecting-ip': '1.1.1.1', 'x-mine': 'yes' },
    });
    const seen = JSON.parse(answer.body);
    expect(seen).toMatchObject({ method: 'POST', url: `https://${host}/__echo?a=1`, body: 'hello' });
    expect(seen.headers).toMatchObject({ 'x-mine': 'yes', 'cf-connecting-ip': '203.0.113.9', host });
    expect(Object.keys(seen.headers).filter((name) => name.startsWith('x-sandbox-'))).toEqual([]);
  });

  it('takes an address of plain HTTP at its word', async () => {
    const answer = await visit(edge.port, 'worker.test/__echo', { headers: { 'x-forwarded-proto': 'http' } });
    expect(JSON.parse(answer.body)).toMatchObject({ url: 'http://worker.test/__echo' });
  });

  it('serves the client of a proxy, who names the whole URL', async () => {
    const answer = await visit(edge.port, 'elsewhere.test', { target: 'http://plain.test:80/__echo?a' });
    expect(JSON.parse(answer.body)).toMatchObject({ url: 'https://plain.test/__echo?a' });
  });

  it('is not asked where the host is no name', async () => {
    const answer = await visit(edge.port, 'a b');
    expect(answer).toMatchObject({ status: 400, headers: { server: 'cloudflare' } });
  });

  it('answers HEAD without a body', async () => {
    const answer = await visit(edge.port, 'worker.test/', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: '' });
  });
});

describe.each(['plain.test', 'worker.test'])('a broken origin behind %s', (host) => {
  it.each([
    ['refuse', 521, 'Web server is down'],
    ['reset', 520, 'Web server is returning an unknown error'],
    ['hang', 524, 'A timeout occurred'],
  ] as const)('%s reads %d', async (mode, status, title) => {
    behave(host, { mode });
    const answer = await visit(edge.port, `${host}/`);
    expect(answer).toMatchObject({ status, headers: { server: 'cloudflare' } });
    expect(answer.body).toContain(title);
  });

  it('answers with the status, headers and body it is told', async () => {
    behave(host, { mode: 'status', status: 503, body: 'busy', headers: { 'retry-after': '7' } });
    const answer = await visit(edge.port, `${host}/health`);
    expect(answer).toMatchObject({ status: 503, body: 'busy', headers: { 'retry-after': '7' } });
  });

  it('answers with no body where the status has none', async () => {
    behave(host, { mode: 'status', status: 204 });
    expect(await visit(edge.port, `${host}/`)).toMatchObject({ status: 204, body: '' });
  });

  it('redirects to itself', async () => {
    behave(host, { mode: 'redirect-loop' });
    const answer = await visit(edge.port, `${host}/a?b`, { headers: { 'x-forwarded-proto': 'https' } });
    expect(answer).toMatchObject({ status: 301, headers: { location: `https://${host}/a?b` } });
  });

  it('is slow', async () => {
    behave(host, { mode: 'slow', delayMs: 120 });
    const before = performance.now();
    expect(await visit(edge.port, `${host}/health`)).toMatchObject({ status: 200, body: 'ok\n' });
    expect(performance.now() - before).toBeGreaterThan(110);
  });

  it('never finishes its answer', async () => {
    behave(host, { mode: 'trickle' });
    await expect(visit(edge.port, `${host}/`, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
  });
});

describe('an origin without Cloudflare before it', () => {
  it('answers itself', async () => {
    behave('grey.test', { mode: 'ok' });
    const answer = await visit(edge.port, 'grey.test/');
    expect(answer).toMatchObject({ status: 200, headers: { server: 'sandbox-origin' } });
    expect(answer.headers).not.toHaveProperty('cf-ray');
  });

  it.each(['refuse', 'reset'] as const)('breaks the connection: %s', async (mode) => {
    behave('grey.test', { mode });
    await expect(visit(edge.port, 'grey.test/')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('hangs', async () => {
    behave('grey.test', { mode: 'hang' });
    const patience = AbortSignal.timeout(300);
    await expect(visit(edge.port, 'grey.test/', { signal: patience })).rejects.toThrow(/abort/i);
  });
});
