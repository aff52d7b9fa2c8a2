import { describe, expect, it } from 'vitest';
import { PERMISSION, type Permission } from '../../../src/cloudflare/transport/permissions.js';
import { ACCOUNT, createFixture, rejection, ZONE } from './client-fixture.js';
import { fail, ok, type Reply, text } from './scripted-server.js';

const UNUSED = '0123456789abcdef0123456789abcdef';
const WHERE = { zoneId: ZONE, accountId: ACCOUNT, unusedId: UNUSED };

async function ask(permission: Permission, ...replies: readonly Reply[]) {
  await using f = await createFixture();
  f.server.script(...replies);
  const held = await f.api.permissions.ask(permission, WHERE);
  return { held, calls: f.server.calls };
}

describe('a permission', () => {
  it.each(Object.values(PERMISSION))(
    '%s is asked for without touching anything that can be there',
    async (one) => {
      const { held, calls } = await ask(one, ok([]));
      expect([held, calls.length]).toEqual(['held', 1]);
      const [call = ''] = calls;
      expect(one.endsWith('Read') ? call.startsWith('GET ') : call.includes(UNUSED)).toBe(true);
    },
  );

  it.each<[string, Permission, Reply, string]>([
    ['no such route', PERMISSION.routesEdit, fail(404, 10009), 'held'],
    ['no such script', PERMISSION.scriptsEdit, fail(404, 10007), 'held'],
    ['no such record', PERMISSION.dnsEdit, fail(404, 81044), 'held'],
    ['no such setting', PERMISSION.settingsEdit, fail(400, 1006), 'held'],
    ['no ruleset', PERMISSION.redirectsRead, fail(404, 10003), 'unclear'],
    ['not for this token', PERMISSION.routesEdit, fail(403, 10000), 'missing'],
    ['not for this resource', PERMISSION.dnsEdit, fail(403, 9109), 'missing'],
    ['not allowed, as 401', PERMISSION.scriptsEdit, fail(401, 10023), 'missing'],
    ['no such zone', PERMISSION.routesEdit, fail(404, 7003), 'unclear'],
    ['no such address', PERMISSION.routesEdit, fail(404, 7000), 'unclear'],
    ['an invalid value', PERMISSION.dnsEdit, fail(400, 1007), 'unclear'],
    ['a page of somebody else', PERMISSION.routesRead, text(200, '<p>sign in</p>'), 'unclear'],
  ])('after "%s"', async (_what, permission, reply, held) => {
    expect((await ask(permission, reply)).held).toBe(held);
  });

  it('is not told by a token that is none', async () => {
    await using f = await createFixture();
    f.server.script(fail(401, 1000));
    const call = f.api.permissions.ask(PERMISSION.routesEdit, WHERE);
    expect(await rejection(call)).toMatchObject({ code: 'token-invalid' });
  });
});

describe('what was heard beside', () => {
  it('is nothing before the first answer', async () => {
    await using f = await createFixture();
    expect(f.api.heard).toEqual({ clockAheadMs: null, remaining: null });
  });

  it('is how far the clock is off, and what is left of the limit', async () => {
    await using f = await createFixture();
    const date = new Date(f.clock.now() - 90_000).toUTCString();
    f.server.script(ok([], undefined, { date, ratelimit: '"default";r=700;t=30' }), ok([]));
    await f.api.routes.list(ZONE);
    expect(f.api.heard).toEqual({ clockAheadMs: 89_500, remaining: { requests: 700, resetMs: 30_000 } });
    await f.api.routes.list(ZONE);
    expect(f.api.heard.remaining?.requests).toBe(700);
  });
});

describe('redirect rules', () => {
  const rule = { action: 'redirect', enabled: true, description: 'moved', expression: 'true' };

  it('are those that are on, with where they lead', async () => {
    await using f = await createFixture();
    const target = (value: unknown) => ({ action_parameters: { from_value: { target_url: value } } });
    f.server.script(
      ok({
        rules: [
          { ...rule, ...target({ value: 'https://b.example/' }) },
          { ...rule, ...target({ expression: 'concat("https://b.example", http.request.uri.path)' }) },
          { ...rule, enabled: false },
          { ...rule, action: 'skip' },
        ],
      }),
    );
    const found = { description: 'moved', expression: 'true' };
    expect(await f.api.redirects.list(ZONE)).toEqual([
      { ...found, target: 'https://b.example/' },
      { ...found, target: null },
    ]);
  });

  it.each([
    ['a ruleset without rules', ok({})],
    ['no ruleset', fail(404, 10003)],
  ])('are none where there is %s', async (_what, reply) => {
    await using f = await createFixture();
    f.server.script(reply);
    expect(await f.api.redirects.list(ZONE)).toEqual([]);
  });

  it('are unknown where the token may not read them', async () => {
    await using f = await createFixture();
    f.server.script(fail(403, 10000));
    expect(await rejection(f.api.redirects.list(ZONE))).toMatchObject({ code: 'permission-missing' });
  });
});

it('lists custom domains in small letters', async () => {
  await using f = await createFixture();
  f.server.script(ok([{ id: 'd', hostname: 'Shop.A.example', service: 'shop', zone_id: ZONE }]));
  expect(await f.api.customDomains.list(ACCOUNT)).toEqual([{ hostname: 'shop.a.example', service: 'shop' }]);
});
