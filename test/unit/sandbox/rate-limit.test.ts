import { afterEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { callerOf } from './api-client.js';

let sandbox: Sandbox;
let now = 1_700_000_000_000;
afterEach(() => sandbox.close());

async function start(rateLimit: number) {
  sandbox = await startSandbox({ edge: false, rateLimit, now: () => now });
  return { user: callerOf(sandbox), account: callerOf(sandbox, sandbox.tokens.account) };
}

it('tells on every answer what is left, and begins anew after five minutes', async () => {
  const { user } = await start(3);
  const first = await user('GET', '/ips');
  expect(first.headers.get('ratelimit')).toBe('"default";r=2;t=300');
  expect(first.headers.get('ratelimit-policy')).toBe('"burst";q=3;w=300');
  expect(first.headers.get('cf-ray')).toMatch(/^[0-9a-f]{16}-[A-Z]{3}$/);
  now += 100_500;
  const refused = await user('GET', '/nothing');
  expect(refused.headers.get('ratelimit')).toBe('"default";r=1;t=200');
  now += 200_000;
  expect((await user('GET', '/ips')).headers.get('ratelimit')).toBe('"default";r=2;t=300');
});

it('blocks all tokens of the user for five minutes, and no account token', async () => {
  const { user, account } = await start(2);
  const other = callerOf(sandbox, sandbox.tokens.readOnly);
  await user('GET', '/ips');
  await other('GET', '/ips');
  const over = await user('GET', '/ips');
  expect(over).toMatchObject({ status: 429, code: 971 });
  expect(over.headers.get('retry-after')).toBe('300');
  now += 299_001;
  const late = await other('GET', '/ips');
  expect(late.status).toBe(429);
  expect(late.headers.get('retry-after')).toBe('1');
  expect((await account('GET', '/ips')).status).toBe(200);
  now += 999;
  expect((await user('GET', '/ips')).status).toBe(200);
});

it('applies nothing while it blocks', async () => {
  const { user } = await start(1);
  const zone = [...sandbox.state.zones.keys()][0];
  await user('GET', '/ips');
  const before = sandbox.snapshot();
  expect((await user('PATCH', `/zones/${zone}`, { paused: true })).status).toBe(429);
  expect(sandbox.snapshot()).toEqual(before);
});

it('can be changed, which lifts the block', async () => {
  const { user } = await start(1);
  await user('GET', '/ips');
  expect((await user('GET', '/ips')).status).toBe(429);
  sandbox.rateLimit.set({ limit: 10, used: 8 });
  expect((await user('GET', '/ips')).headers.get('ratelimit')).toBe('"default";r=1;t=300');
});
