import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createCloudflare } from '../../../src/cloudflare/client.js';
import {
  createFixture,
  createMemoryLedger,
  createVirtualClock,
  rejection,
  TOKEN,
  ZONE,
} from './client-fixture.js';
import { fail, hang, lose, ok, text, truncate } from './scripted-server.js';

const SHOUTED = [TOKEN, encodeURIComponent(TOKEN), Buffer.from(TOKEN).toString('base64')];

function everythingIn(value: unknown): string {
  const own =
    value instanceof Error ? JSON.stringify({ ...value, message: value.message, stack: value.stack }) : '';
  return inspect(value, { depth: 20, showHidden: true, getters: true }) + own + JSON.stringify(value);
}

describe('the token', () => {
  it.each([
    ['a refusal that repeats it', fail(403, 10000, `Bearer ${TOKEN} is not allowed`)],
    ['a page that repeats it', text(200, `<p>you sent Authorization: Bearer ${TOKEN}</p>`)],
    ['a page that repeats it encoded', text(200, `Authorization: ${Buffer.from(TOKEN).toString('base64')}`)],
    [
      'a redirect that carries it',
      text(302, '', { location: `https://${TOKEN.toLowerCase()}.example/${TOKEN}` }),
    ],
    ['a reset', lose],
    ['a cut answer', truncate],
    ['silence', hang],
  ])('is in no error, trace or cause after %s', async (_name, reply) => {
    await using f = await createFixture({ deadlines: { connect: 500, attempt: 100, upload: 100 } });
    f.server.script(reply, reply, reply, reply);
    const error = await rejection(f.api.routes.list(ZONE));
    const seen = everythingIn(error) + everythingIn(f.traces) + everythingIn(f.api);
    for (const secret of SHOUTED) expect(seen).not.toContain(secret);
    expect(f.server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('is in no error where there is no server', async () => {
    await using f = await createFixture({ baseUrl: 'http://127.0.0.1:1' });
    expect(everythingIn(await rejection(f.api.routes.list(ZONE)))).not.toContain(TOKEN);
  });

  it('is trimmed', async () => {
    await using f = await createFixture({ token: ` ${TOKEN}\n` });
    f.server.script(ok([]));
    await f.api.routes.list(ZONE);
    expect(f.server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });
});

describe('a client is not made', () => {
  const clock = createVirtualClock();
  const base = { baseUrl: 'https://api.cloudflare.com/client/v4', token: TOKEN };
  const make = (options: Partial<typeof base> & { proxy?: { https: string } }) => () =>
    createCloudflare({
      ...base,
      budget: createMemoryLedger(),
      maxWaitMs: 0,
      now: clock.now,
      monotonic: clock.monotonic,
      sleep: clock.sleep,
      random: () => 0,
      userAgent: 'maint/test',
      ...options,
    });

  it.each([
    ['without a token', { token: '  ' }, 'token-missing'],
    ['with a token pasted with its neighbour', { token: `Bearer ${TOKEN}` }, 'token-invalid'],
    ['with an ellipsis in the token', { token: 'canary…' }, 'token-invalid'],
    ['with a line break in the token', { token: 'can\nary' }, 'token-invalid'],
    ['for an address that is no URL', { baseUrl: 'api.cloudflare.com' }, 'usage'],
    ['for an unencrypted address', { baseUrl: 'http://api.example.com' }, 'usage'],
    ['for an address with a password', { baseUrl: 'https://u:p@api.example.com' }, 'usage'],
    ['with a proxy that is no URL', { proxy: { https: 'not a url' } }, 'usage'],
  ])('%s', (_name, options, code) => {
    let caught: unknown;
    try {
      make(options)();
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code });
    expect(everythingIn(caught)).not.toContain(TOKEN);
  });
});
