import { describe, expect, it } from 'vitest';
import { createFixture, rejection, ZONE, zone } from './client-fixture.js';
import { ok, type Reply } from './scripted-server.js';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const zones = (from: number, to: number) => numbers(from, to).map(zone);

/** Answers as a server that holds `total` zones. */
function pageOf(
  total: number,
  options: { perPage?: number; info?: boolean; ignorePage?: boolean } = {},
): Reply {
  return (response, request) => {
    const perPage = options.perPage ?? Number(request.query.per_page);
    const page = options.ignorePage ? 1 : Number(request.query.page);
    const shown = zones((page - 1) * perPage + 1, Math.min(total, page * perPage));
    const info = { page, per_page: perPage, count: shown.length, total_count: total };
    ok(shown, options.info === false ? undefined : info)(response, request);
  };
}

const many = (reply: Reply, count = 50) => Array.from({ length: count }, () => reply);

describe('a paged list', () => {
  it.each([
    [0, 1],
    [1, 1],
    [49, 1],
    [50, 1],
    [51, 2],
    [500, 10],
  ])('of %i zones takes %i calls', async (total, calls) => {
    await using f = await createFixture();
    f.server.script(...many(pageOf(total)));
    const found = await f.api.zones.list();
    expect(found.map(({ name }) => name)).toEqual(zones(1, total).map(({ name }) => name));
    expect(f.api.sent).toBe(calls);
    expect(f.server.received[0]?.query).toEqual({ page: '1', per_page: '50' });
  });

  it('is whole where the server allows fewer on a page than was asked for', async () => {
    await using f = await createFixture();
    f.server.script(...many(pageOf(70, { perPage: 20 })));
    expect(await f.api.zones.list()).toHaveLength(70);
    expect(f.api.sent).toBe(4);
  });

  it('is read until an empty page where the server does not count', async () => {
    await using f = await createFixture();
    f.server.script(...many(pageOf(70, { perPage: 20, info: false })));
    expect(await f.api.zones.list()).toHaveLength(70);
    expect(f.api.sent).toBe(5);
  });

  it('holds each zone once although one slips onto the next page', async () => {
    await using f = await createFixture();
    const info = { per_page: 50, total_count: 60 };
    f.server.script(ok(zones(1, 50), info), ok(zones(50, 60), info));
    expect(await f.api.zones.list()).toHaveLength(60);
  });

  it('is complete where a server that does not page says nothing of more', async () => {
    await using f = await createFixture();
    f.server.script(...many(pageOf(30, { ignorePage: true, info: false })));
    expect(await f.api.zones.list()).toHaveLength(30);
    expect(f.api.sent).toBe(2);
  });

  it('is refused where a server that does not page says that there is more', async () => {
    await using f = await createFixture();
    f.server.script(...many(pageOf(120, { ignorePage: true })));
    const error = await rejection(f.api.zones.list());
    expect(error).toMatchObject({ code: 'remote-unreadable' });
    expect((error as Error).message).toContain('50 of 120');
  });

  it('ends where there are fewer than the server counted', async () => {
    await using f = await createFixture();
    const info = { per_page: 50, total_count: 60 };
    f.server.script(ok(zones(1, 50), info), ok([], info));
    expect(await f.api.zones.list()).toHaveLength(50);
  });

  it('does not go on for ever', async () => {
    await using f = await createFixture({ maxWaitMs: Number.MAX_SAFE_INTEGER });
    f.server.script(...many(pageOf(1e9, { perPage: 1 }), 1001));
    expect(await rejection(f.api.zones.list())).toMatchObject({ code: 'remote-unreadable' });
    expect(f.api.sent).toBe(1000);
  });

  it('is asked for with its filters on every page', async () => {
    await using f = await createFixture();
    f.server.script(...many(pageOf(51)));
    await f.api.zones.list({ name: 'a.example', accountId: 'acc' });
    expect(f.server.received.map(({ query }) => query)).toEqual([
      { name: 'a.example', 'account.id': 'acc', page: '1', per_page: '50' },
      { name: 'a.example', 'account.id': 'acc', page: '2', per_page: '50' },
    ]);
  });
});

describe('a list in one piece', () => {
  it('holds each route once, scriptless ones as null', async () => {
    await using f = await createFixture();
    const routes = [
      { id: '1', pattern: 'a.example/*', script: 'x' },
      { id: '1', pattern: 'a.example/*', script: 'x' },
      { id: '2', pattern: 'b.example/*' },
      { id: '3', pattern: 'c.example/*', script: '' },
      { id: '4', pattern: 'd.example/*', script: null },
    ];
    f.server.script(ok(routes));
    const found = await f.api.routes.list(ZONE);
    expect(found.map(({ id, script }) => [id, script])).toEqual([
      ['1', 'x'],
      ['2', null],
      ['3', null],
      ['4', null],
    ]);
  });

  it('may be null', async () => {
    await using f = await createFixture();
    f.server.script(ok(null));
    expect(await f.api.routes.list(ZONE)).toEqual([]);
  });
});
