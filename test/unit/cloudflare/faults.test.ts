/** Random faults against a server with a memory: what the client says must be what the server holds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaintError } from '../../../src/model/errors.js';
import type { Route, RouteBody } from '../../../src/model/route.js';
import { createFixture, type Fixture, ZONE } from './client-fixture.js';
import { fail, lose, ok, type Received, type Reply, text, truncate } from './scripted-server.js';

type Fault =
  | 'none'
  | 'lost-before'
  | 'lost-after'
  | 'cut-after'
  | 'page-before'
  | 'page-after'
  | 'throttle'
  | 'busy';

const faults = fc.array(
  fc.constantFrom<Fault>(
    'none',
    'lost-before',
    'lost-after',
    'cut-after',
    'page-before',
    'page-after',
    'throttle',
    'busy',
  ),
  { maxLength: 12 },
);

const WANTED: RouteBody = { pattern: 'a.example/*', script: 'maint-1' };

/** The routes of one zone, served with a fault for each request until the faults are used up. */
function serve(f: Fixture, routes: Map<string, Route>, plan: readonly Fault[]): void {
  const left = [...plan];
  const reply: Reply = (response, request) => {
    const fault = left.shift() ?? 'none';
    if (fault === 'lost-before') return lose(response, request);
    if (fault === 'page-before') return text(502, '<html>')(response, request);
    if (fault === 'throttle') return fail(429, 971)(response, request);
    if (fault === 'busy') return fail(409, 10035)(response, request);
    const answer = carryOut(routes, request);
    if (fault === 'lost-after') return lose(response, request);
    if (fault === 'cut-after') return truncate(response, request);
    if (fault === 'page-after') return text(504, '<html>')(response, request);
    return answer(response, request);
  };
  f.server.script(...Array.from({ length: 200 }, () => reply));
}

function carryOut(routes: Map<string, Route>, { method, path, body }: Received): Reply {
  const id = path.split('/').at(-1) ?? '';
  if (method === 'GET') return ok([...routes.values()]);
  if (method === 'POST') {
    const wanted = JSON.parse(body) as RouteBody;
    if ([...routes.values()].some((route) => route.pattern === wanted.pattern)) return fail(409, 10020);
    const route: Route = { ...wanted, id: `r${routes.size + 1}` };
    routes.set(route.id, route);
    return ok(route);
  }
  if (!routes.has(id)) return fail(404, 10009);
  if (method === 'DELETE') routes.delete(id);
  else routes.set(id, { ...(JSON.parse(body) as RouteBody), id });
  return ok(routes.get(id) ?? { id });
}

type Said = 'done' | 'not-done' | 'unknown';

async function said(call: Promise<unknown>): Promise<Said> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (!(error instanceof MaintError)) throw error;
    return error.code === 'outcome-unknown' ? 'unknown' : 'not-done';
  }
}

async function run(
  before: readonly Route[],
  plan: readonly Fault[],
  act: (f: Fixture) => Promise<unknown>,
): Promise<{ said: Said; routes: readonly Route[] }> {
  await using f = await createFixture();
  const routes = new Map(before.map((route) => [route.id, route]));
  serve(f, routes, plan);
  const outcome = await said(act(f));
  return { said: outcome, routes: [...routes.values()] };
}

const RUNS = { numRuns: 150 };

describe('under any faults', () => {
  it('a created route is there once, or not said to be', async () => {
    const property = fc.asyncProperty(faults, async (plan) => {
      const end = await run([], plan, (f) => f.api.routes.create(ZONE, WANTED));
      expect(end.routes.length).toBeLessThanOrEqual(1);
      if (end.said === 'done') expect(end.routes).toEqual([{ ...WANTED, id: 'r1' }]);
      if (end.said === 'not-done') expect(end.routes).toEqual([]);
      if (plan.length <= 3) expect(end.said).toBe('done');
    });
    await fc.assert(property, RUNS);
  });

  it('a foreign route is never touched by a creation', async () => {
    const foreign: Route = { id: 'r1', pattern: WANTED.pattern, script: 'shop' };
    const property = fc.asyncProperty(faults, async (plan) => {
      const end = await run([foreign], plan, (f) => f.api.routes.create(ZONE, WANTED));
      expect(end.routes).toEqual([foreign]);
      expect(end.said).not.toBe('done');
    });
    await fc.assert(property, RUNS);
  });

  it('an updated route is what it was said to be', async () => {
    const old: Route = { id: 'r1', pattern: WANTED.pattern, script: 'shop' };
    const property = fc.asyncProperty(faults, async (plan) => {
      const end = await run([old], plan, (f) => f.api.routes.update(ZONE, 'r1', WANTED));
      if (end.said === 'done') expect(end.routes).toEqual([{ ...WANTED, id: 'r1' }]);
      if (end.said === 'not-done') expect(end.routes).toEqual([old]);
      if (plan.length <= 3) expect(end.said).toBe('done');
    });
    await fc.assert(property, RUNS);
  });

  it('a deleted route is gone, or not said to be', async () => {
    const old: Route = { id: 'r1', pattern: WANTED.pattern, script: 'maint-1' };
    const property = fc.asyncProperty(faults, async (plan) => {
      const end = await run([old], plan, (f) => f.api.routes.delete(ZONE, 'r1'));
      if (end.said === 'done') expect(end.routes).toEqual([]);
      if (end.said === 'not-done') expect(end.routes).toEqual([old]);
      if (plan.length <= 3) expect(end.said).toBe('done');
    });
    await fc.assert(property, RUNS);
  });
});
