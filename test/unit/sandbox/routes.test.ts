import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { type Caller, callerOf, uploadForm } from './api-client.js';

const PLAIN_ZONES = 1002;
let sandbox: Sandbox;
let call: Caller;
let zones: string[];
let account: string;

beforeAll(async () => {
  sandbox = await startSandbox({ edge: false, fleet: 'plain', zones: PLAIN_ZONES, rateLimit: 100_000 });
  call = callerOf(sandbox);
  zones = [...sandbox.state.zones.keys()];
  account = [...sandbox.state.accounts.keys()][0] ?? '';
  for (const name of ['one', 'two'])
    await call('PUT', `/accounts/${account}/workers/scripts/${name}`, uploadForm());
});
beforeEach(() => sandbox.state.routes.clear());
afterAll(() => sandbox.close());

const listOf = (zone: number) => `/zones/${zones[zone]}/workers/routes`;
const bulk = (script: string) => `/accounts/${account}/workers/scripts/${script}/routes`;

describe('a route pattern', () => {
  it.each([
    'site-0001.example',
    'site-0001.example/*',
    'http://site-0001.example/a/b*',
    'https://www.site-0001.example/x',
    '*.site-0001.example/*',
    '*site-0001.example/*',
    '*/*',
    'WWW.site-0001.example/Case',
  ])('%s is taken', async (pattern) => {
    expect(await call('POST', listOf(0), { pattern })).toMatchObject({ status: 200, result: { pattern } });
  });

  it.each([
    ['site-0002.example/*', /name of your zone/],
    ['mysite-0001.example/*', /name of your zone/],
    ['*e-0001.example/*', /name of your zone/],
    ['www.*.site-0001.example/*', /Wildcards/],
    ['site-0001.example/*/x', /Wildcards/],
    ['site-0001.example/**', /Wildcards/],
    ['site-0001.example/x?y=1', /query/],
    ['ftp://site-0001.example/*', /understand/],
    ['site-0001.example:8443/*', /understand/],
    ['', /understand/],
  ])('%j is refused with 10022', async (pattern, text) => {
    const reply = await call('POST', listOf(0), { pattern, script: 'one' });
    expect(reply).toMatchObject({ status: 400, code: 10022 });
    expect(reply.errors[0]?.message).toMatch(text);
  });
});

describe('writing a route', () => {
  const pattern = 'site-0001.example/*';

  it('refuses the same pattern twice with 10020, whoever owns it', async () => {
    await call('POST', listOf(0), { pattern, script: 'one' });
    const again = [pattern, 'SITE-0001.example/*'];
    for (const each of again) {
      expect(await call('POST', listOf(0), { pattern: each, script: 'one' })).toMatchObject({
        status: 409,
        code: 10020,
      });
    }
    const other = await call('POST', listOf(0), { pattern: 'site-0001.example/A*', script: 'one' });
    expect(other.status).toBe(200);
    const moved = await call('PUT', `${listOf(0)}/${other.result.id}`, { pattern, script: 'two' });
    expect(moved).toMatchObject({ status: 409, code: 10020 });
  });

  it('refuses a script that does not exist with 10019, and takes none at all', async () => {
    expect(await call('POST', listOf(0), { pattern, script: 'gone' })).toMatchObject({
      status: 400,
      code: 10019,
    });
    expect((await call('POST', listOf(0), { pattern })).result.script).toBeNull();
  });

  it('keeps unknown fields, and resets what a PUT leaves out', async () => {
    const body = { pattern, script: 'one', request_limit_fail_open: true, colour: 'red' };
    const { result } = await call('POST', listOf(0), body);
    expect(result).toMatchObject(body);
    const put = await call('PUT', `${listOf(0)}/${result.id}`, { pattern, script: 'two' });
    expect(put.result).toEqual({ id: result.id, pattern, script: 'two', request_limit_fail_open: false });
  });

  it('can keep them instead', async () => {
    const lenient = await startSandbox({ edge: false, resetFailOpenOnPut: false });
    const elm = [...lenient.state.zones.values()].find(({ name }) => name === 'elm-clinic.example')?.id ?? '';
    const route = lenient.state.routes.get(elm)?.[0];
    const path = `/zones/${elm}/workers/routes/${route?.id}`;
    const put = await callerOf(lenient)('PUT', path, { pattern: route?.pattern, script: 'image-resizer' });
    expect(put.result).toMatchObject({ script: 'image-resizer', request_limit_fail_open: true });
    await lenient.close();
  });

  it('answers 10009 for a route that is not there', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { pattern } : undefined;
      expect(await call(method, `${listOf(0)}/none`, body)).toMatchObject({ status: 404, code: 10009 });
    }
  });

  it('stops at 1,000 routes a zone with 10073', async () => {
    const full = Array.from({ length: 1000 }, (_, index) => ({
      pattern: `site-0001.example/${index}`,
      zone_id: zones[0],
    }));
    expect((await call('PUT', bulk('one'), full)).result).toHaveLength(1000);
    expect(await call('POST', listOf(0), { pattern, script: 'one' })).toMatchObject({
      status: 400,
      code: 10073,
    });
    const more = [...full, { pattern, zone_id: zones[0] }];
    expect(await call('PUT', bulk('one'), more)).toMatchObject({ status: 400, code: 10073 });
  });

  it('stops at 1,000 zones a script with 100149', async () => {
    const wide = zones.slice(0, 1000).map((zone_id) => {
      return { pattern: `${sandbox.state.zones.get(zone_id)?.name}/*`, zone_id };
    });
    expect((await call('PUT', bulk('one'), wide)).status).toBe(200);
    const further = { pattern: 'site-1001.example/*', script: 'one' };
    expect(await call('POST', listOf(1000), further)).toMatchObject({ status: 400, code: 100149 });
    expect((await call('POST', listOf(1000), { ...further, script: 'two' })).status).toBe(200);
    const tooWide = [...wide, { pattern: 'site-1002.example/*', zone_name: 'site-1002.example' }];
    expect(await call('PUT', bulk('one'), tooWide)).toMatchObject({ status: 400, code: 100149 });
  });
});

describe('the bulk PUT of a script', () => {
  const inZone = (number: number, path = '*') => {
    return { pattern: `site-000${number}.example/${path}`, zone_id: zones[number - 1] };
  };

  it('replaces all routes of that script, keeps ids, and touches no other route', async () => {
    const foreign = await call('POST', listOf(1), { pattern: 'site-0002.example/api/*', script: 'two' });
    const stays = await call('POST', listOf(0), { ...inZone(1), script: 'one' });
    await call('POST', listOf(2), { pattern: 'site-0003.example/*', script: 'one' });
    const reply = await call('PUT', bulk('one'), [inZone(1), inZone(2)]);
    expect(reply.result.map((route: { pattern: string }) => route.pattern)).toEqual([
      'site-0001.example/*',
      'site-0002.example/*',
    ]);
    expect((await call('GET', listOf(0))).result).toMatchObject([{ id: stays.result.id }]);
    expect((await call('GET', listOf(1))).result).toContainEqual(foreign.result);
    expect((await call('GET', listOf(2))).result).toEqual([]);
  });

  it.each([
    ['another Worker', 'two'],
    ['no Worker', null],
  ])('changes nothing where a pattern runs %s', async (_, script) => {
    await call('POST', listOf(1), { pattern: 'site-0002.example/*', script });
    const before = sandbox.snapshot();
    expect(await call('PUT', bulk('one'), [inZone(1), inZone(2)])).toMatchObject({
      status: 409,
      code: 10020,
    });
    expect(sandbox.snapshot()).toEqual(before);
  });

  it('is closed to a token of some zones', async () => {
    const some = callerOf(sandbox, sandbox.tokens.zones(zones.slice(0, 2)));
    expect(await some('PUT', bulk('one'), [inZone(1)])).toMatchObject({ status: 403, code: 10000 });
  });

  it('answers 10007 for a script that does not exist', async () => {
    expect(await call('PUT', bulk('gone'), [])).toMatchObject({ status: 404, code: 10007 });
  });
});

describe('a lagging list', () => {
  it('shows a new route only after the lag', async () => {
    let now = 1_700_000_000_000;
    const slow = await startSandbox({ edge: false, listLagMs: 5000, now: () => now });
    const ask = callerOf(slow);
    const zone = [...slow.state.zones.values()].find(({ name }) => name === 'linden-law.example')?.id;
    const path = `/zones/${zone}/workers/routes`;
    now += 60_000;
    const { result } = await ask('POST', path, { pattern: 'linden-law.example/*', script: 'image-resizer' });
    expect((await ask('GET', path)).result).toEqual([]);
    expect((await ask('GET', `${path}/${result.id}`)).status).toBe(200);
    now += 5000;
    expect((await ask('GET', path)).result).toEqual([result]);
    await slow.close();
  });
});
