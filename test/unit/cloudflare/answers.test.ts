import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../src/cloudflare/transport/envelope.js';
import { createQuote } from '../../../src/cloudflare/transport/remote-text.js';
import { MaintError } from '../../../src/model/errors.js';
import { ACCOUNT, createFixture, rejection, TOKEN, ZONE } from './client-fixture.js';
import { endless, fail, hang, json, ok, type Reply, text, trickle } from './scripted-server.js';

const BODY = { pattern: 'a.example/*', script: 'maint-1' };

/** The error of a list call that meets this answer at every attempt. */
async function errorOf(reply: Reply, deadline = 10_000): Promise<MaintError & Record<string, unknown>> {
  await using f = await createFixture({ deadlines: { connect: 500, attempt: deadline, upload: deadline } });
  f.server.script(reply, reply, reply, reply);
  const error = await rejection(f.api.routes.list(ZONE));
  expect(error).toBeInstanceOf(MaintError);
  return error as MaintError & Record<string, unknown>;
}

describe('an answer that is none', () => {
  it.each([
    ['HTML', text(200, '<html><style>b{}</style><b>Welcome</b> to the hotel</html>'), 'Welcome to the hotel'],
    ['nothing at all', text(200, ''), 'no text'],
    ['JSON of another kind', json(200, [1, 2]), '[1,2]'],
    ['JSON without a verdict', json(200, { result: [] }), '{"result":[]}'],
    ['half of an answer', text(200, '{"success":true,"resu'), '{"success":true,"resu'],
    ['a result of a wrong shape', ok('text'), '"result":"text"'],
    ['a 404 page', text(404, '<h1>nginx</h1>'), 'nginx'],
    ['a 403 page of a firewall', text(403, '<h1>Blocked</h1>'), 'Blocked'],
  ])('%s is one clear sentence', async (_name, reply, words) => {
    const error = await errorOf(reply);
    expect(error).toMatchObject({ code: 'remote-unreadable', ray: 'ray-1' });
    expect(error.message).toContain(words);
    expect(error.message.split('\n')).toHaveLength(1);
  });

  it('shows no control characters and not much of it', async () => {
    const error = await errorOf(text(200, `\u001b]8;;evil\u0007${'x'.repeat(500)}\u202e`));
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(error.message.length).toBeLessThan(320);
  });

  it('may be a security check', async () => {
    const error = await errorOf(text(403, '<html>Just a moment</html>', { 'cf-mitigated': 'challenge' }));
    expect(error).toMatchObject({ code: 'remote-refused', retryable: false });
    expect(error.message).toContain('security check');
  });

  it('may be a redirect, which is not followed', async () => {
    await using elsewhere = await createFixture();
    const target = `${elsewhere.server.url}/steal`;
    const error = await errorOf(text(302, '', { location: target }));
    expect(error).toMatchObject({ code: 'remote-unreadable', retryable: false });
    expect(error.message).toContain(new URL(target).host);
    expect(elsewhere.server.calls).toEqual([]);
  });

  it('may never come', async () => {
    const error = await errorOf(hang, 200);
    expect(error).toMatchObject({ code: 'remote-unreachable', status: null });
    expect(error.message).toContain('within 0.2 s');
  });

  it('may come too slowly', async () => {
    expect(await errorOf(trickle, 200)).toMatchObject({ code: 'remote-unreachable', status: null });
  });

  it('may be endless', async () => {
    const error = await errorOf(endless);
    expect(error).toMatchObject({ code: 'remote-unreadable', retryable: false });
    expect(error.message).toContain('larger than 16 MiB');
  });

  it('may be a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const error = await errorOf(text(200, bomb, { 'content-encoding': 'gzip' }));
    expect(error.message).toContain('larger than 16 MiB');
  });

  it('may be damaged on the way', async () => {
    const broken = gzipSync('{"success":true}').subarray(0, 20);
    const error = await errorOf(text(200, broken, { 'content-encoding': 'gzip' }));
    expect(error).toMatchObject({ code: 'remote-unreadable', retryable: true });
  });

  it('may be no server', async () => {
    await using f = await createFixture({ baseUrl: 'http://127.0.0.1:1/client/v4' });
    const error = await rejection(f.api.routes.create(ZONE, BODY));
    expect(error).toMatchObject({ code: 'remote-unreachable', ambiguous: false });
    expect((error as Error).message).toContain('refused');
  });
});

describe('an answer', () => {
  it('may be compressed', async () => {
    await using f = await createFixture();
    const body = gzipSync(JSON.stringify({ success: true, result: [] }));
    f.server.script(text(200, body, { 'content-encoding': 'gzip' }));
    expect(await f.api.routes.list(ZONE)).toEqual([]);
  });

  it('to a deletion may be empty', async () => {
    await using f = await createFixture();
    f.server.script(text(200, ''));
    expect(await f.api.scripts.delete(ACCOUNT, 'maint-1')).toBe('deleted');
  });

  it('keeps fields that nobody knows', async () => {
    await using f = await createFixture();
    const route = {
      id: 'r1',
      pattern: 'a.example/*',
      script: 'x',
      request_limit_fail_open: true,
      new: { a: 1 },
    };
    f.server.script(ok([route]));
    expect(await f.api.routes.list(ZONE)).toEqual([route]);
  });
});

describe('a refusal', () => {
  it.each([
    ['a missing permission', fail(403, 10000, 'Authentication error'), 'permission-missing'],
    ['a foreign zone', fail(403, 9109), 'permission-missing'],
    ['403 alone', json(403, { success: false, errors: [] }), 'permission-missing'],
    ['an invalid token by its words', fail(403, 9109, 'Invalid access token'), 'token-invalid'],
    ['a login that failed', fail(400, 10001, 'Unable to authenticate request'), 'token-invalid'],
    ['a malformed request', fail(400, 10001, 'Wrong Content-Type'), 'remote-refused'],
    ['an unknown zone', fail(404, 7003, 'Could not route'), 'not-found'],
    ['too many routes', fail(400, 10073), 'remote-refused'],
    ['too many zones', fail(400, 100149), 'remote-refused'],
    ['success: false with 200', fail(200, 1234, 'no'), 'remote-refused'],
    ['the other shape of errors', json(400, { code: 10022, error: 'bad pattern' }), 'remote-refused'],
    ['a busy zone', fail(409, 10035), 'conflict'],
    ['an unnamed conflict', json(409, { success: false, errors: [] }), 'conflict'],
  ])('for %s', async (_name, reply, code) => {
    expect(await errorOf(reply)).toMatchObject({ code });
  });

  it('names the permission and the other possibility', async () => {
    await using f = await createFixture();
    f.server.script(fail(403, 10000, 'Authentication error'));
    const error = (await rejection(f.api.routes.create(ZONE, BODY))) as MaintError;
    expect(error.message).toContain('"Zone → Workers Routes → Edit"');
    expect(error.hint).toContain('as its scope');
    expect(error.message).toContain(`POST /zones/${ZONE}/workers/routes`);
    expect(error.message).toContain('code 10000: Authentication error');
  });

  it('tells the codes of the whole chain', async () => {
    const chain = [{ code: 6111, message: 'Invalid format for Authorization header' }];
    const body = {
      success: false,
      errors: [{ code: 6003, message: 'Invalid request headers', error_chain: chain }],
    };
    const error = await errorOf(json(400, body));
    expect(error).toMatchObject({ code: 'token-invalid', codes: [6003, 6111] });
  });
});

describe('whatever a server says', () => {
  const quote = createQuote(TOKEN);
  const headers = fc.dictionary(
    fc.constantFrom('cf-ray', 'location', 'cf-mitigated', 'retry-after'),
    fc.string(),
  );
  const envelopes = fc.record(
    {
      success: fc.oneof(fc.boolean(), fc.jsonValue()),
      errors: fc.oneof(
        fc.jsonValue(),
        fc.array(
          fc.record(
            { code: fc.jsonValue(), message: fc.jsonValue(), error_chain: fc.jsonValue() },
            { requiredKeys: [] },
          ),
        ),
      ),
      error: fc.jsonValue(),
      code: fc.jsonValue(),
      result: fc.jsonValue(),
      result_info: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((body) => Buffer.from(body)),
    envelopes.map((body) => Buffer.from(JSON.stringify(body))),
    fc.string({ unit: 'binary' }).map((body) => Buffer.from(body)),
  );

  it('ends in a result or in a MaintError of one clean line', () => {
    const property = fc.property(
      fc.integer({ min: 200, max: 599 }),
      headers,
      bodies,
      (status, head, body) => {
        try {
          readEnvelope({ status, headers: head, body }, { method: 'POST', path: '/zones' }, quote);
        } catch (error) {
          if (!(error instanceof MaintError)) throw error;
          expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect(error.message.length).toBeLessThan(1200);
        }
      },
    );
    fc.assert(property, { numRuns: 3000 });
  });

  it('survives nesting without end', () => {
    const deep = Buffer.from(`{"success":false,"errors":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    const read = () =>
      readEnvelope({ status: 400, headers: {}, body: deep }, { method: 'GET', path: '/zones' }, quote);
    expect(read).toThrow(MaintError);
  });
});
