import { describe, expect, it } from 'vitest';
import { BUDGET, PER_SECOND } from '../../../src/cloudflare/transport/budget.js';
import { remaining, retryAfter } from '../../../src/cloudflare/transport/retry-after.js';
import { bucketOf } from '../../../src/cloudflare/transport/token.js';
import { createFixture, rejection, TOKEN, ZONE } from './client-fixture.js';
import { fail, ok, type Reply, text } from './scripted-server.js';

const DATE = 'Thu, 01 Jan 2026 00:00:00 GMT';

/** Answers `count` requests only when all of them have arrived. */
function gather(count: number, reply: Reply): Reply[] {
  const waiting: (() => void)[] = [];
  return Array.from({ length: count }, () => (response, request) => {
    waiting.push(() => reply(response, request));
    if (waiting.length === count) for (const answer of waiting) answer();
  });
}

describe('an answer 429', () => {
  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['zero seconds', { 'retry-after': '0' }, 1000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT', date: DATE }, 90_000],
    [
      'a date by a wrong clock',
      { 'retry-after': 'Thu, 01 Jan 2032 00:01:30 GMT', date: 'Thu, 01 Jan 2032 00:00:00 GMT' },
      90_000,
    ],
    ['a date in the past', { 'retry-after': 'Thu, 01 Jan 2025 00:00:00 GMT', date: DATE }, 1000],
    ['garbage', { 'retry-after': 'soon' }, 2000],
    ['a negative number', { 'retry-after': '-5' }, 2000],
    ['nothing', {}, 2000],
  ])('with %s is waited for and uses up no attempt', async (_name, headers, wait) => {
    await using f = await createFixture();
    f.server.script(fail(429, 971, 'throttle', headers), ok([]));
    expect(await f.api.routes.list(ZONE)).toEqual([]);
    expect(f.clock.sleeps).toEqual([wait]);
    expect(f.waits).toEqual([['rate-limit', wait]]);
  });

  it('is understood without JSON', async () => {
    await using f = await createFixture();
    f.server.script(text(429, 'slow down'), ok([]));
    expect(await f.api.routes.list(ZONE)).toEqual([]);
  });

  it('is understood by its headers where its body is lost', async () => {
    await using f = await createFixture();
    f.server.script((response) => {
      response.writeHead(429, { 'retry-after': '9', 'content-length': '100' });
      response.write('{', () => response.socket?.destroy());
    }, ok([]));
    expect(await f.api.routes.list(ZONE)).toEqual([]);
    expect(f.clock.sleeps).toEqual([9000]);
  });

  it('is waited for longer each time it comes without a word, and as often as it takes', async () => {
    await using f = await createFixture();
    f.server.script(...Array.from({ length: 7 }, () => fail(429, 971)), ok([]));
    await f.api.routes.list(ZONE);
    expect(f.clock.sleeps).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('blocks every process through the ledger', async () => {
    await using f = await createFixture();
    f.server.script(fail(429, 971, '', { 'retry-after': '300' }), ok([]));
    const start = f.clock.now();
    await f.api.routes.list(ZONE);
    expect(f.ledger.blocks).toEqual([start + 300_000]);
  });

  it('that asks for more than the run may wait fails at once and says how long', async () => {
    await using f = await createFixture({ maxWaitMs: 60_000 });
    f.server.script(fail(429, 971, '', { 'retry-after': '300' }), ok([]));
    const error = await rejection(f.api.routes.list(ZONE));
    expect(error).toMatchObject({ code: 'rate-limited' });
    expect((error as Error).message).toContain('300 s');
    expect(f.clock.sleeps).toEqual([]);
  });

  it('with an absurd wait neither hangs nor blocks the store for years', async () => {
    await using f = await createFixture();
    f.server.script(fail(429, 971, '', { 'retry-after': '1000000000' }), ok([]));
    expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'rate-limited' });
    expect(f.ledger.blocks).toEqual([f.clock.now() + 3_600_000]);
  });

  it('ends when all waits together are too long', async () => {
    await using f = await createFixture({ maxWaitMs: 25_000 });
    f.server.script(...Array.from({ length: 9 }, () => fail(429, 971, '', { 'retry-after': '10' })));
    expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'rate-limited' });
    expect(f.clock.sleeps).toEqual([10_000, 10_000]);
  });

  it('met by many requests at once is felt out by one of them, while the others wait', async () => {
    await using f = await createFixture();
    const together = gather(8, fail(429, 971));
    let metByScout = 0;
    const scout: Reply = (response, request) => {
      setTimeout(() => {
        metByScout = f.server.received.length;
        fail(429, 971)(response, request);
      }, 50);
    };
    f.server.script(...together, scout, ...Array.from({ length: 8 }, () => ok([])));
    await Promise.all(Array.from({ length: 8 }, () => f.api.routes.list(ZONE)));
    expect(metByScout).toBe(8 + 1);
    expect(f.api.sent).toBe(8 + 1 + 8);
    expect(Math.max(...f.clock.sleeps)).toBe(4000);
  });

  it('met by many requests at once is one wait of the run, not many', async () => {
    await using f = await createFixture({ maxWaitMs: 25_000 });
    const block = fail(429, 971, '', { 'retry-after': '10' });
    f.server.script(...gather(8, block), ...Array.from({ length: 8 }, () => ok([])));
    await Promise.all(Array.from({ length: 8 }, () => f.api.routes.list(ZONE)));
    f.server.script(block, ok([]), block);
    expect(await f.api.routes.list(ZONE)).toEqual([]);
    expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'rate-limited' });
  });

  it('is waited for no longer than until the run is stopped', async () => {
    const stop = new AbortController();
    await using f = await createFixture({
      stop: stop.signal,
      sleep: () => new Promise(() => setTimeout(() => stop.abort(), 5)),
    });
    f.server.script(fail(429, 971));
    expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'interrupted' });
  });
});

describe('the Ratelimit header', () => {
  const low = { ratelimit: '"default";r=20;t=40' };

  it('holds ordinary requests back while few are left', async () => {
    await using f = await createFixture();
    f.server.script(ok([], undefined, low), ok([]));
    await f.api.routes.list(ZONE);
    await f.api.routes.list(ZONE);
    expect(f.clock.sleeps).toEqual([40_000]);
    expect(f.ledger.blocks).toEqual([]);
  });

  it('lets urgent requests use what is left', async () => {
    await using f = await createFixture({ priority: 'urgent' });
    f.server.script(ok([], undefined, low), ok([]));
    await f.api.routes.list(ZONE);
    await f.api.routes.list(ZONE);
    expect(f.clock.sleeps).toEqual([]);
  });

  it('stops everything when nothing is left', async () => {
    await using f = await createFixture({ priority: 'urgent' });
    f.server.script(ok([], undefined, { ratelimit: '"default";r=0;t=12' }), ok([]));
    await f.api.routes.list(ZONE);
    await f.api.routes.list(ZONE);
    expect(f.clock.sleeps).toEqual([12_000]);
    expect(f.ledger.blocks).toHaveLength(1);
  });

  it('is read by its scarcest limit, and never believed beyond five minutes', () => {
    expect(remaining({ ratelimit: '"a";r=50;t=30, "b";r=3;t=99999' })).toEqual({
      requests: 3,
      resetMs: 300_000,
    });
    expect(remaining({ ratelimit: 'nonsense' })).toBeNull();
    expect(remaining({})).toBeNull();
  });
});

describe('the budget', () => {
  it.each([
    ['normal', BUDGET.normal],
    ['urgent', BUDGET.urgent],
  ] as const)('of a %s run paces before Cloudflare has to', async (priority, limit) => {
    await using f = await createFixture({ priority });
    const start = f.clock.now();
    for (let count = 0; count < limit; count += 1) f.ledger.take(bucketOf(TOKEN), start, limit);
    f.server.script(ok([]));
    await f.api.routes.list(ZONE);
    expect(f.clock.sleeps).toEqual([300_000]);
  });

  it('never sends more than the address may in a second', async () => {
    await using f = await createFixture();
    f.server.script(...Array.from({ length: PER_SECOND + 1 }, () => ok([])));
    await Promise.all(Array.from({ length: PER_SECOND + 1 }, () => f.api.routes.list(ZONE)));
    expect(f.clock.sleeps).toEqual([1000]);
  });

  it('holds requests back by a clock that does not jump', async () => {
    let jump = 0;
    const start = Date.UTC(2026, 0, 1);
    await using f = await createFixture({ now: () => start + jump });
    f.server.script(ok([], undefined, { ratelimit: '"default";r=5;t=40' }), ok([]));
    await f.api.routes.list(ZONE);
    jump = -25 * 3_600_000;
    await f.api.routes.list(ZONE);
    expect(f.clock.sleeps).toEqual([40_000]);
  });

  it('tells what is left of it', async () => {
    await using f = await createFixture();
    f.server.script(ok([]));
    await f.api.routes.list(ZONE);
    expect(f.api.budgetLeft).toBe(BUDGET.normal - 1);
  });

  it('is kept under a name that gives the token away to nobody', () => {
    expect(bucketOf(TOKEN)).toMatch(/^[0-9a-f]{16}$/);
    expect(bucketOf(TOKEN)).not.toBe(bucketOf(`${TOKEN}x`));
  });
});

describe('retry-after', () => {
  it('measures a date from now where the answer has none of its own', () => {
    expect(retryAfter({ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, Date.parse(DATE))).toBe(5000);
  });

  it.each(['', '1e3', '5 s', 'Tomorrow, maybe', '٣'])('takes %j for garbage', (value) => {
    expect(retryAfter({ 'retry-after': value }, 0)).toBeNull();
  });
});
