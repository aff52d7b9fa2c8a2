import { describe, expect, it } from 'vitest';
import { CloudflareError } from '../../../src/cloudflare/client.js';
import { ACCOUNT, createFixture, rejection, ZONE } from './client-fixture.js';
import { fail, hang, lose, ok, text, truncate } from './scripted-server.js';

const ROUTES = `/client/v4/zones/${ZONE}/workers/routes`;
const ROUTE = { id: 'r1', pattern: 'a.example/*', script: 'maint-1' };
const BODY = { pattern: 'a.example/*', script: 'maint-1' };

describe('reading', () => {
  it.each([
    ['a reset', lose],
    ['a truncated answer', truncate],
    ['a 502 page', text(502, '<html>bad gateway</html>')],
    ['an internal error', fail(500, 10013)],
    ['a concurrent change', fail(409, 10035)],
    ['an answer of another shape', ok({ not: 'a list' })],
  ])('is repeated after %s', async (_name, fault) => {
    await using f = await createFixture();
    f.server.script(fault, fault, ok([ROUTE]));
    expect(await f.api.routes.list(ZONE)).toEqual([ROUTE]);
    expect(f.api.sent).toBe(3);
    expect(f.clock.sleeps).toEqual([250, 500]);
    expect(f.waits).toEqual([
      ['retry', 250],
      ['retry', 500],
    ]);
  });

  it('ends after four attempts with the last error', async () => {
    await using f = await createFixture();
    f.server.script(lose, lose, lose, text(503, 'overload'), ok([]));
    const error = await rejection(f.api.routes.list(ZONE));
    expect(error).toMatchObject({ code: 'remote-unreachable', status: 503, ray: 'ray-1' });
    expect(f.api.sent).toBe(4);
  });

  it.each([
    ['10000', fail(403, 10000)],
    ['10022', fail(400, 10022)],
    ['7003', fail(404, 7003)],
  ])('is not repeated after code %s', async (_name, refused) => {
    await using f = await createFixture();
    f.server.script(refused, ok([]));
    await rejection(f.api.routes.list(ZONE));
    expect(f.api.sent).toBe(1);
  });
});

describe('a change whose answer is lost', () => {
  it('is repeated where repeating is harmless', async () => {
    await using f = await createFixture();
    f.server.script(lose, ok(ROUTE));
    expect(await f.api.routes.update(ZONE, 'r1', BODY)).toEqual(ROUTE);
  });

  it('is an unknown outcome after the last attempt', async () => {
    await using f = await createFixture();
    f.server.script(lose, lose, lose, lose);
    const error = await rejection(f.api.routes.update(ZONE, 'r1', BODY));
    expect(error).toBeInstanceOf(CloudflareError);
    expect(error).toMatchObject({ code: 'outcome-unknown', ambiguous: true, status: null });
  });

  it('stays unknown when a later attempt is refused', async () => {
    await using f = await createFixture();
    f.server.script(text(504, 'timeout'), fail(403, 10000));
    expect(await rejection(f.api.routes.update(ZONE, 'r1', BODY))).toMatchObject({ code: 'outcome-unknown' });
  });

  it('is one that Cloudflare answered with trouble of its own, whatever the status', async () => {
    await using f = await createFixture();
    f.server.script(...Array.from({ length: 4 }, () => fail(200, 10013)));
    expect(await rejection(f.api.routes.update(ZONE, 'r1', BODY))).toMatchObject({ code: 'outcome-unknown' });
  });

  it('is settled when a repeated deletion finds nothing', async () => {
    await using f = await createFixture();
    f.server.script(lose, fail(404, 10009));
    expect(await f.api.routes.delete(ZONE, 'r1')).toBe('missing');
  });

  it('is settled when a repeated update finds no route', async () => {
    await using f = await createFixture();
    f.server.script(lose, fail(404, 10009));
    expect(await rejection(f.api.routes.update(ZONE, 'r1', BODY))).toMatchObject({ code: 'not-found' });
  });

  it('is unknown when the run is stopped before it could be repeated', async () => {
    const stop = new AbortController();
    await using f = await createFixture({ stop: stop.signal, sleep: async () => stop.abort() });
    f.server.script(lose, ok(ROUTE));
    expect(await rejection(f.api.routes.update(ZONE, 'r1', BODY))).toMatchObject({ code: 'outcome-unknown' });
    expect(f.api.sent).toBe(1);
  });
});

describe('creating a route', () => {
  it('reads before it sends again, and knows its own route', async () => {
    await using f = await createFixture();
    f.server.script(lose, ok([{ ...ROUTE, request_limit_fail_open: true }]));
    expect(await f.api.routes.create(ZONE, BODY)).toEqual({ ...ROUTE, request_limit_fail_open: true });
    expect(f.server.calls).toEqual([`POST ${ROUTES}`, `GET ${ROUTES}`]);
  });

  it('sends again where the first did not arrive', async () => {
    await using f = await createFixture();
    f.server.script(lose, ok([]), ok(ROUTE));
    expect(await f.api.routes.create(ZONE, BODY)).toEqual(ROUTE);
    expect(f.server.calls).toEqual([`POST ${ROUTES}`, `GET ${ROUTES}`, `POST ${ROUTES}`]);
  });

  it('waits for a list that lags behind its own write', async () => {
    await using f = await createFixture();
    f.server.script(lose, ok([]), fail(409, 10020), ok([]), ok([]), ok([ROUTE]));
    expect(await f.api.routes.create(ZONE, BODY)).toEqual(ROUTE);
    expect(f.server.calls.filter((call) => call.startsWith('POST'))).toHaveLength(2);
  });

  it('is unknown where the pattern exists, an answer was lost, and no list shows whose it is', async () => {
    await using f = await createFixture();
    f.server.script(lose, ok([]), fail(409, 10020), ...Array.from({ length: 6 }, () => ok([])));
    expect(await rejection(f.api.routes.create(ZONE, BODY))).toMatchObject({ code: 'outcome-unknown' });
  });

  it('names the Worker that owns the pattern', async () => {
    await using f = await createFixture();
    f.server.script(fail(409, 10020), ok([{ ...ROUTE, script: 'shop' }]));
    const error = await rejection(f.api.routes.create(ZONE, BODY));
    expect(error).toMatchObject({ code: 'conflict', ambiguous: false });
    expect((error as Error).message).toContain('the Worker "shop"');
    expect(f.api.sent).toBe(2);
  });

  it('finds a foreign route after a lost answer and says so once', async () => {
    await using f = await createFixture();
    f.server.script(lose, ok([{ ...ROUTE, script: 'shop' }]));
    expect(await rejection(f.api.routes.create(ZONE, BODY))).toMatchObject({ code: 'conflict' });
    expect(f.api.sent).toBe(2);
  });

  it('takes a route that is there already as done', async () => {
    await using f = await createFixture();
    f.server.script(fail(409, 10020), ok([ROUTE]));
    expect(await f.api.routes.create(ZONE, BODY)).toEqual(ROUTE);
  });

  it('looks once more after the last lost answer', async () => {
    await using f = await createFixture();
    f.server.script(lose, ok([]), lose, ok([]), lose, ok([]), lose, ok([ROUTE]));
    expect(await f.api.routes.create(ZONE, BODY)).toEqual(ROUTE);
  });

  it('is not sent twice where the network is gone', async () => {
    await using f = await createFixture();
    f.server.script(...Array.from({ length: 40 }, () => lose));
    expect(await rejection(f.api.routes.create(ZONE, BODY))).toMatchObject({ code: 'outcome-unknown' });
    expect(f.server.calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('sends nothing after a hard stop', async () => {
    await using f = await createFixture({ signal: AbortSignal.abort() });
    expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'interrupted' });
    expect(f.server.calls).toEqual([]);
  });

  it('sends what finishes the work after a soft stop, but waits for nothing', async () => {
    await using f = await createFixture({ stop: AbortSignal.abort() });
    f.server.script(ok([ROUTE]), fail(503, 10001));
    expect(await f.api.routes.list(ZONE)).toEqual([ROUTE]);
    expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'interrupted' });
    expect(f.server.calls).toHaveLength(2);
  });

  it('lets a request under way finish after a soft stop', async () => {
    const stop = new AbortController();
    await using f = await createFixture({ stop: stop.signal });
    f.server.script((response, request) => {
      stop.abort();
      ok([ROUTE])(response, request);
    });
    expect(await f.api.routes.list(ZONE)).toEqual([ROUTE]);
  });

  it.each([
    ['GET', 'interrupted'],
    ['PUT', 'outcome-unknown'],
  ])('cuts a %s under way at the hard stop: %s', async (method, code) => {
    const cut = new AbortController();
    await using f = await createFixture({ signal: cut.signal });
    f.server.script((response, request) => {
      hang(response, request);
      cut.abort();
    });
    const call = method === 'GET' ? f.api.routes.list(ZONE) : f.api.routes.update(ZONE, 'r1', BODY);
    expect(await rejection(call)).toMatchObject({ code });
    expect(f.api.sent).toBe(1);
  });
});

describe('a bad token', () => {
  it.each([
    ['401', fail(401, 10000)],
    ['code 10502 with 429', fail(429, 10502)],
    ['code 6003', fail(400, 6003)],
  ])('stops the client at once after %s', async (_name, refused) => {
    await using f = await createFixture();
    f.server.script(refused, ok([]), ok([]));
    expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'token-invalid' });
    expect(await rejection(f.api.scripts.list(ACCOUNT))).toMatchObject({ code: 'token-invalid' });
    expect(f.api.sent).toBe(1);
  });

  it('is not what a missing permission is, not even as 401', async () => {
    await using f = await createFixture();
    f.server.script(fail(401, 10023), ok([]));
    expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'permission-missing' });
    expect(await f.api.routes.list(ZONE)).toEqual([]);
  });
});
