import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { callerOf, zoneId } from './api-client.js';

let sandbox: Sandbox;
let origin: string;

beforeAll(async () => {
  sandbox = await startSandbox({ edge: false });
  origin = sandbox.apiUrl.replace('/client/v4', '/sandbox');
});
afterAll(() => sandbox.close());

async function control(method: string, path: string, body?: unknown) {
  const payload = body === undefined ? null : JSON.stringify(body);
  const response = await fetch(origin + path, { method, body: payload });
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: response.status, json: (await response.json()) as any };
}

const routesOf = (zone: string) => sandbox.state.routes.get(zoneId(sandbox, zone)) ?? [];

it('shows the environment, the state and the requests', async () => {
  expect((await control('GET', '/env')).json).toEqual({
    CLOUDFLARE_API_TOKEN: sandbox.tokens.all,
    CLOUDFLARE_API_BASE_URL: sandbox.apiUrl,
  });
  expect((await control('GET', '/state')).json).toEqual(sandbox.snapshot());
  await callerOf(sandbox)('GET', '/zones?per_page=5');
  expect((await control('GET', '/requests')).json).toMatchObject([
    { method: 'GET', path: '/zones', query: { per_page: '5' }, status: 200 },
  ]);
  await control('DELETE', '/requests');
  expect(sandbox.requests).toEqual([]);
});

it('arms and disarms faults', async () => {
  const { json } = await control('POST', '/faults', { path: '/ips', respond: { status: 500, body: {} } });
  expect(json.id).toBe('fault-1');
  expect((await callerOf(sandbox)('GET', '/ips')).status).toBe(500);
  await control('DELETE', '/faults');
  expect((await callerOf(sandbox)('GET', '/ips')).status).toBe(200);
});

it('makes tokens and sets the rate limit', async () => {
  const made = await control('POST', '/tokens', { permissions: ['Zone Read'], zones: [] });
  expect((await callerOf(sandbox, made.json.value)('GET', '/zones')).result).toEqual([]);
  await control('POST', '/rate-limit', { limit: 5, used: 5 });
  expect((await callerOf(sandbox)('GET', '/ips')).status).toBe(429);
  await control('POST', '/rate-limit', { limit: 1200, used: 0 });
});

it('changes routes as somebody else would', async () => {
  const path = '/zones/linden-law.example/routes';
  const pattern = 'linden-law.example/*';
  const revision = sandbox.state.revision;
  await control('POST', path, { pattern, script: 'image-resizer', request_limit_fail_open: true });
  const [made] = routesOf('linden-law.example');
  await control('PUT', path, { pattern, script: 'clinic-booking' });
  expect(routesOf('linden-law.example')).toEqual([{ ...made, script: 'clinic-booking' }]);
  await control('DELETE', `${path}?pattern=${encodeURIComponent(pattern)}`);
  expect(routesOf('linden-law.example')).toEqual([]);
  expect(sandbox.state.revision).toBe(revision + 3);
  expect((await control('DELETE', `${path}?pattern=none`)).status).toBe(404);
});

it('changes zones, scripts and origins', async () => {
  await control('PATCH', '/zones/linden-law.example', { paused: true });
  expect(sandbox.state.zones.get(zoneId(sandbox, 'linden-law.example'))?.paused).toBe(true);
  const account = [...sandbox.state.accounts.keys()][0] ?? '';
  await control('POST', `/accounts/${account}/scripts`, { name: 'theirs', code: 'export default {}' });
  expect(sandbox.state.scripts.get(account)?.has('theirs')).toBe(true);
  await control('DELETE', `/accounts/${account}/scripts/theirs`);
  expect(sandbox.state.scripts.get(account)?.has('theirs')).toBe(false);
  await control('PUT', '/origins/linden-law.example', { mode: 'status', status: 500 });
  expect(sandbox.state.origins.get('linden-law.example')).toEqual({ mode: 'status', status: 500 });
  await control('DELETE', '/origins/linden-law.example');
  expect(sandbox.state.origins.size).toBe(0);
});

it('lets lists lag', async () => {
  await control('POST', '/list-lag', { ms: 60_000 });
  await control('POST', '/zones/meadow-dev.example/routes', { pattern: 'meadow-dev.example/*' });
  const path = `/zones/${zoneId(sandbox, 'meadow-dev.example')}/workers/routes`;
  expect((await callerOf(sandbox)('GET', path)).result).toEqual([]);
  await control('POST', '/list-lag', { ms: 0 });
  expect((await callerOf(sandbox)('GET', path)).result).toHaveLength(1);
});

it('answers nonsense politely', async () => {
  expect((await control('GET', '/nothing')).status).toBe(404);
  expect((await control('POST', '/zones/none.example/routes', { pattern: 'x' })).status).toBe(404);
  const broken = await fetch(`${origin}/faults`, { method: 'POST', body: '{' });
  expect(broken.status).toBe(400);
});

it('refuses to start on a port that is taken', async () => {
  const apiPort = Number(new URL(sandbox.apiUrl).port);
  await expect(startSandbox({ edge: false, apiPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
