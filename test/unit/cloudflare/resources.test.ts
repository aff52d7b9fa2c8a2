import { type FormData, Response } from 'undici';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, createFixture, rejection, TOKEN, ZONE, zone } from './client-fixture.js';
import { fail, lose, ok, type Received, text } from './scripted-server.js';

const SCRIPT = `/client/v4/accounts/${ACCOUNT}/workers/scripts/maint-1`;
const UPLOAD = {
  mainModule: 'worker.mjs',
  compatibilityDate: '2026-01-01',
  modules: [
    { name: 'worker.mjs', type: 'application/javascript+module', content: 'export default {}; // ünïcode' },
    { name: 'texts/page.json', type: 'text/plain', content: '{"a":1}' },
  ],
  services: { NEXT: 'shop' },
  tags: ['maint'],
  message: `a${'ä'.repeat(600)}`,
};

async function formOf(request: Received | undefined): Promise<FormData> {
  const body = Buffer.from(request?.body ?? '', 'latin1');
  const type = request?.headers['content-type'] ?? '';
  return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
}

describe('zones', () => {
  it('carry the plan and what else is there', async () => {
    await using f = await createFixture();
    f.server.script(
      ok({ ...zone(1), plan: { legacy_id: 'pro', price: 20 }, meta: { step: 4 } }),
      ok(zone(2)),
    );
    expect(await f.api.zones.get(ZONE)).toMatchObject({ planName: 'pro', meta: { step: 4 } });
    expect(await f.api.zones.get(ZONE)).toMatchObject({ planName: null });
  });

  it('cannot be asked for by an id that leads elsewhere', async () => {
    await using f = await createFixture();
    for (const id of ['', '.', '..'])
      await expect(async () => f.api.zones.get(id)).rejects.toThrow('no Cloudflare id');
    f.server.script(ok(zone(1)));
    await f.api.zones.get('../accounts?x=1');
    expect(f.server.calls).toEqual(['GET /client/v4/zones/..%2Faccounts%3Fx%3D1']);
  });
});

describe('scripts', () => {
  it('are uploaded as one form, again and again where answers are lost', async () => {
    await using f = await createFixture();
    f.server.script(lose, ok({ id: 'maint-1' }));
    await f.api.scripts.upload(ACCOUNT, 'maint-1', UPLOAD);
    expect(f.server.calls).toEqual([`PUT ${SCRIPT}`, `PUT ${SCRIPT}`]);
    expect(f.server.received[1]?.query).toEqual({ excludeScript: 'true' });
    const form = await formOf(f.server.received[1]);
    const parts = [...form].map(([name, value]) => [name, (value as File).name, (value as File).type]);
    expect(parts).toEqual([
      ['metadata', 'metadata.json', 'application/json'],
      ['worker.mjs', 'worker.mjs', 'application/javascript+module'],
      ['texts/page.json', 'texts/page.json', 'text/plain'],
    ]);
    expect(await (form.get('worker.mjs') as unknown as Blob).text()).toBe('export default {}; // ünïcode');
    expect(JSON.parse(await (form.get('metadata') as unknown as Blob).text())).toEqual({
      main_module: 'worker.mjs',
      compatibility_date: '2026-01-01',
      bindings: [{ type: 'service', name: 'NEXT', service: 'shop' }],
      tags: ['maint'],
      annotations: { 'workers/message': `a${'ä'.repeat(499)}` },
    });
  });

  it('come back from a form as they went', async () => {
    await using f = await createFixture();
    f.server.script(ok(null));
    await f.api.scripts.upload(ACCOUNT, 'maint-1', UPLOAD);
    const sent = f.server.received[0];
    const type = sent?.headers['content-type'] ?? '';
    f.server.script(text(200, Buffer.from(sent?.body ?? '', 'latin1'), { 'content-type': type }));
    const modules = await f.api.scripts.download(ACCOUNT, 'maint-1');
    expect(modules?.slice(1)).toEqual(UPLOAD.modules);
  });

  it('come back from a plain body', async () => {
    await using f = await createFixture();
    f.server.script(
      text(200, 'export default {}', { 'content-type': 'application/javascript; charset=utf-8' }),
    );
    expect(await f.api.scripts.download(ACCOUNT, 'maint-1')).toEqual([
      { name: 'maint-1.js', type: 'application/javascript', content: 'export default {}' },
    ]);
  });

  it('come back from the second address where the first has none', async () => {
    await using f = await createFixture();
    const headers = { 'content-type': 'application/javascript+module', 'cf-entrypoint': 'worker.mjs' };
    f.server.script(fail(405, 7001), text(200, 'export {}', headers));
    const modules = await f.api.scripts.download(ACCOUNT, 'maint-1');
    expect(modules).toEqual([
      { name: 'worker.mjs', type: 'application/javascript+module', content: 'export {}' },
    ]);
    expect(f.server.calls).toEqual([`GET ${SCRIPT}`, `GET ${SCRIPT}/content/v2`]);
  });

  it('are null where there is none', async () => {
    await using f = await createFixture();
    f.server.script(fail(404, 10007));
    expect(await f.api.scripts.download(ACCOUNT, 'maint-1')).toBeNull();
  });

  it.each([
    ['the account is unknown', fail(404, 7003), 'not-found'],
    [
      'the answer is garbled',
      text(200, 'x', { 'content-type': 'multipart/form-data; boundary=no' }),
      'remote-unreadable',
    ],
  ])('are an error where %s', async (_name, reply, code) => {
    await using f = await createFixture();
    f.server.script(...Array.from({ length: 8 }, () => reply));
    expect(await rejection(f.api.scripts.download(ACCOUNT, 'maint-1'))).toMatchObject({ code });
  });

  it('are listed with their routes, or with null where the list does not tell', async () => {
    await using f = await createFixture();
    const route = { id: 'r', pattern: 'a.example/*', script: 'one' };
    f.server.script(
      ok([
        { id: 'one', tags: ['maint'], modified_on: '2026-01-01T00:00:00Z', routes: [route], etag: 'x' },
        { id: 'two', tags: null, routes: null },
        { id: 'three' },
      ]),
    );
    expect(await f.api.scripts.list(ACCOUNT)).toEqual([
      { name: 'one', tags: ['maint'], modifiedOn: '2026-01-01T00:00:00Z', routes: [route] },
      { name: 'two', tags: [], modifiedOn: null, routes: [] },
      { name: 'three', tags: [], modifiedOn: null, routes: null },
    ]);
  });

  it('are gone after a deletion, whoever made it', async () => {
    await using f = await createFixture();
    f.server.script(ok(null), fail(404, 10007), fail(404, 7003));
    expect(await f.api.scripts.delete(ACCOUNT, 'maint-1')).toBe('deleted');
    expect(await f.api.scripts.delete(ACCOUNT, 'maint-1')).toBe('missing');
    expect(await rejection(f.api.scripts.delete(ACCOUNT, 'maint-1'))).toMatchObject({ code: 'not-found' });
  });

  it.each([
    ['done', ok({ enabled: false })],
    ['no workers.dev on the account', fail(403, 10063)],
    ['no such script', fail(404, 10007)],
    ['not found', fail(404, 0)],
    ['not available', fail(400, 0, 'workers.dev is not available for this account')],
  ])('leave workers.dev quietly: %s', async (_name, reply) => {
    await using f = await createFixture();
    f.server.script(reply);
    await f.api.scripts.disableSubdomain(ACCOUNT, 'maint-1');
    expect(JSON.parse(f.server.received[0]?.body ?? '')).toEqual({ enabled: false, previews_enabled: false });
  });

  it('do not leave workers.dev where the token may not', async () => {
    await using f = await createFixture();
    f.server.script(fail(403, 10000));
    const error = await rejection(f.api.scripts.disableSubdomain(ACCOUNT, 'maint-1'));
    expect(error).toMatchObject({ code: 'permission-missing' });
  });

  it('get all their routes in one call', async () => {
    await using f = await createFixture();
    f.server.script(ok([]));
    await f.api.scripts.replaceRoutes(ACCOUNT, 'maint-1', [{ pattern: 'a.example/*', zoneId: ZONE }]);
    expect(f.server.calls).toEqual([`PUT ${SCRIPT}/routes`]);
    expect(JSON.parse(f.server.received[0]?.body ?? '')).toEqual([{ pattern: 'a.example/*', zone_id: ZONE }]);
  });
});

describe('routes', () => {
  const BODY = { pattern: 'a.example/*', script: 'maint-1', request_limit_fail_open: true, later: 'field' };

  it('are written with every field, and without a script where there is none', async () => {
    await using f = await createFixture();
    f.server.script(ok({ id: 'r', ...BODY }), ok({ id: 'r', pattern: 'a.example/*' }));
    expect(await f.api.routes.update(ZONE, 'r', BODY)).toEqual({ id: 'r', ...BODY });
    expect(await f.api.routes.update(ZONE, 'r', { ...BODY, script: null })).toMatchObject({ script: null });
    expect(JSON.parse(f.server.received[0]?.body ?? '')).toEqual(BODY);
    expect(JSON.parse(f.server.received[1]?.body ?? '')).not.toHaveProperty('script');
  });

  it.each([{ id: 'r' }, { id: 'r', pattern: '', script: '' }, { id: 'r', pattern: null, script: null }])(
    'are filled in where the answer is %j',
    async (answer) => {
      await using f = await createFixture();
      f.server.script(ok(answer));
      expect(await f.api.routes.create(ZONE, BODY)).toEqual({ id: 'r', ...BODY });
    },
  );

  it('are read one by one, null where there is none', async () => {
    await using f = await createFixture();
    f.server.script(ok({ id: 'r', pattern: 'a.example/*' }), fail(404, 10009), fail(404, 7003));
    expect(await f.api.routes.get(ZONE, 'r')).toEqual({ id: 'r', pattern: 'a.example/*', script: null });
    expect(await f.api.routes.get(ZONE, 'r')).toBeNull();
    expect(await rejection(f.api.routes.get(ZONE, 'r'))).toMatchObject({ code: 'not-found' });
  });
});

describe('tokens', () => {
  const VERIFIED = { id: 't', status: 'active', expires_on: '2027-01-01T00:00:00Z' };
  const FOUND = { id: 't', status: 'active', expiresOn: '2027-01-01T00:00:00Z' };
  const USER = 'GET /client/v4/user/tokens/verify';
  const OF_ACCOUNT = `GET /client/v4/accounts/${ACCOUNT}/tokens/verify`;

  it('of a user are verified there', async () => {
    await using f = await createFixture();
    f.server.script(ok(VERIFIED));
    expect(await f.api.tokens.verify()).toEqual({ ...FOUND, kind: 'user' });
    expect(f.server.calls).toEqual([USER]);
  });

  it.each([
    ['code 1000', fail(401, 1000)],
    ['code 9109', fail(403, 9109)],
  ])('of an account are verified there after %s, and the client stays usable', async (_name, refused) => {
    await using f = await createFixture();
    f.server.script(refused, ok(VERIFIED), ok([]));
    expect(await f.api.tokens.verify(ACCOUNT)).toEqual({ ...FOUND, kind: 'account' });
    expect(await f.api.routes.list(ZONE)).toEqual([]);
    expect(f.server.calls.slice(0, 2)).toEqual([USER, OF_ACCOUNT]);
  });

  it('with the prefix of an account go there at once, also where the account must be found', async () => {
    await using f = await createFixture({ token: `cfat_${TOKEN}` });
    f.server.script(ok([zone(1)]), ok(VERIFIED));
    expect(await f.api.tokens.verify()).toEqual({ ...FOUND, kind: 'account' });
    expect(f.server.calls).toEqual(['GET /client/v4/zones', OF_ACCOUNT]);
  });

  it('that nobody accepts are invalid', async () => {
    await using f = await createFixture();
    f.server.script(fail(401, 1000), fail(401, 1000), fail(401, 1000), fail(400, 1001));
    expect(await rejection(f.api.tokens.verify())).toMatchObject({ code: 'token-invalid' });
    expect(await rejection(f.api.tokens.verify(ACCOUNT))).toMatchObject({ code: 'token-invalid' });
  });

  it('are not called invalid because something in between answers', async () => {
    await using f = await createFixture();
    f.server.script(text(400, '<p>sign in</p>'));
    expect(await rejection(f.api.tokens.verify(ACCOUNT))).toMatchObject({ code: 'remote-unreadable' });
  });

  it('are not called invalid because Cloudflare has trouble', async () => {
    await using f = await createFixture();
    f.server.script(...Array.from({ length: 4 }, () => text(502, '')));
    expect(await rejection(f.api.tokens.verify(ACCOUNT))).toMatchObject({ code: 'remote-unreachable' });
  });
});

describe('accounts, DNS records and settings', () => {
  const RECORD = { id: 'd', type: 'A', name: 'www.a.example', content: '192.0.2.1', proxied: true, ttl: 1 };

  it('lists accounts', async () => {
    await using f = await createFixture();
    f.server.script(ok([{ id: ACCOUNT, name: 'Agency' }], { per_page: 50, total_count: 1 }));
    expect(await f.api.accounts.list()).toEqual([{ id: ACCOUNT, name: 'Agency' }]);
  });

  it('lists records in pages', async () => {
    await using f = await createFixture();
    f.server.script(ok([RECORD], { per_page: 500, total_count: 1 }));
    expect(await f.api.dns.list(ZONE)).toEqual([{ ...RECORD, comment: null }]);
  });

  it.each([
    ['the list', [lose, ok([RECORD], { total_count: 1 })]],
    [
      'the refusal of a second',
      [lose, ok([], { total_count: 0 }), fail(400, 81058), ok([RECORD], { total_count: 1 })],
    ],
  ])('knows its own record by %s after a lost answer', async (_name, replies) => {
    await using f = await createFixture();
    f.server.script(...replies);
    const { id, ...record } = RECORD;
    expect(await f.api.dns.create(ZONE, record)).toMatchObject({ id });
  });

  it('knows its own record in the spelling of Cloudflare', async () => {
    await using f = await createFixture();
    const stored = { ...RECORD, type: 'AAAA', content: '2001:db8::7' };
    f.server.script(lose, ok([stored], { total_count: 1 }));
    const record = { ...stored, name: 'WWW.a.example.', content: '2001:0DB8:0:0:0:0:0:7' };
    expect(await f.api.dns.create(ZONE, record)).toMatchObject({ id: 'd' });
  });

  it('does not take a foreign record for its own', async () => {
    await using f = await createFixture();
    f.server.script(fail(400, 81057), ok([RECORD]));
    const { id: _id, ...record } = RECORD;
    expect(await rejection(f.api.dns.create(ZONE, record))).toMatchObject({ code: 'conflict' });
    expect(f.api.sent).toBe(1);
  });

  it('deletes a record once', async () => {
    await using f = await createFixture();
    f.server.script(ok({ id: 'd' }), fail(404, 81044));
    expect(await f.api.dns.delete(ZONE, 'd')).toBe('deleted');
    expect(await f.api.dns.delete(ZONE, 'd')).toBe('missing');
  });

  it('reads and writes a setting', async () => {
    await using f = await createFixture();
    f.server.script(ok({ id: 'ssl', value: 'full' }), lose, ok({ id: 'ssl', value: 'strict' }));
    expect(await f.api.settings.get(ZONE, 'ssl')).toBe('full');
    expect(await f.api.settings.update(ZONE, 'ssl', 'strict')).toBe('strict');
    expect(f.server.received[2]).toMatchObject({ method: 'PATCH', body: '{"value":"strict"}' });
  });
});
