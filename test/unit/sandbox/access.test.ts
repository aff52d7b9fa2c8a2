import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { type Caller, callerOf, uploadForm, zoneId } from './api-client.js';

let sandbox: Sandbox;
let bakery: string;
let shop: string;
let agency: string;
const lines: string[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ edge: false, onLog: (line) => lines.push(line) });
  bakery = zoneId(sandbox, 'harbour-bakery.example');
  shop = zoneId(sandbox, 'northwind-shop.example');
  agency = sandbox.state.zones.get(bakery)?.accountId ?? '';
});
afterAll(() => sandbox.close());

const as = (token: string | null): Caller => callerOf(sandbox, token);

describe('who is calling', () => {
  it.each([null, 'short', 'with space '.repeat(5), `"${'x'.repeat(40)}"`])(
    '%j is no header for a token',
    async (token) => {
      const reply = await as(token)('GET', '/zones');
      expect(reply).toMatchObject({ status: 400, success: false, result: null });
      expect(reply.errors).toMatchObject([{ code: 6003, error_chain: [{ code: 6111 }] }]);
    },
  );

  it('an unknown token is refused, and by verification with its own code', async () => {
    const unknown = as('x'.repeat(40));
    expect(await unknown('GET', '/zones')).toMatchObject({ status: 403, code: 10000 });
    expect(await unknown('GET', '/user/tokens/verify')).toMatchObject({ status: 401, code: 1000 });
  });

  it('a token is verified at the endpoint of its kind only', async () => {
    const account = as(sandbox.tokens.account);
    expect(await account('GET', '/user/tokens/verify')).toMatchObject({ status: 401, code: 1000 });
    expect((await account('GET', `/accounts/${agency}/tokens/verify`)).result).toMatchObject({
      status: 'active',
    });
    expect(await account('GET', '/user/tokens/permission_groups')).toMatchObject({ status: 403, code: 9109 });
    expect(await as(sandbox.tokens.all)('GET', `/accounts/${agency}/tokens/verify`)).toMatchObject({
      code: 1000,
    });
  });

  it.each([
    [{ status: 'disabled' as const }, 'disabled'],
    [{ expiresOn: '2020-01-01T00:00:00Z' }, 'expired'],
  ])('%j verifies but opens nothing', async (wishes, status) => {
    const caller = as(sandbox.tokens.make(wishes));
    expect((await caller('GET', '/user/tokens/verify')).result).toMatchObject({ status });
    expect(await caller('GET', '/zones')).toMatchObject({ status: 403, code: 10000 });
  });
});

describe('what a token may do', () => {
  it('a token for looking changes nothing', async () => {
    const reader = as(sandbox.tokens.readOnly);
    const before = sandbox.snapshot();
    expect((await reader('GET', `/zones/${bakery}/workers/routes`)).status).toBe(200);
    expect((await reader('GET', `/accounts/${agency}/workers/scripts`)).status).toBe(200);
    const writes: [string, string, unknown][] = [
      ['POST', `/zones/${bakery}/workers/routes`, { pattern: 'harbour-bakery.example/*' }],
      ['PUT', `/accounts/${agency}/workers/scripts/new`, uploadForm()],
      ['DELETE', `/accounts/${agency}/workers/scripts/image-resizer`, undefined],
      ['PATCH', `/zones/${bakery}`, { paused: true }],
      ['PATCH', `/zones/${bakery}/settings/ssl`, { value: 'off' }],
      ['POST', `/zones/${bakery}/dns_records`, { type: 'A', name: 'x', content: '192.0.2.1' }],
    ];
    for (const [method, path, body] of writes) {
      expect(await reader(method, path, body), `${method} ${path}`).toMatchObject({
        status: 403,
        code: 10000,
      });
    }
    expect(sandbox.snapshot()).toEqual(before);
  });

  it('a token of some zones sees and touches only those', async () => {
    const some = as(sandbox.tokens.zones([bakery]));
    expect((await some('GET', '/zones')).result.map(({ name }: { name: string }) => name)).toEqual([
      'harbour-bakery.example',
    ]);
    expect((await some('GET', `/zones/${bakery}/workers/routes`)).status).toBe(200);
    expect(await some('GET', `/zones/${shop}/workers/routes`)).toMatchObject({ status: 403, code: 10000 });
    expect(await some('GET', `/zones/${shop}`)).toMatchObject({ status: 403, code: 9109 });
  });

  it('one missing permission closes its endpoints', async () => {
    const noRoutes = as(sandbox.tokens.make({ permissions: ['Zone Read', 'Workers Scripts Write'] }));
    expect((await noRoutes('GET', `/accounts/${agency}/workers/scripts`)).status).toBe(200);
    expect(await noRoutes('GET', `/zones/${bakery}/workers/routes`)).toMatchObject({
      status: 403,
      code: 10000,
    });
    expect(await noRoutes('GET', '/accounts')).toMatchObject({ status: 403, code: 9109 });
  });
});

describe('paths that lead nowhere', () => {
  it('unknown identifiers', async () => {
    const all = as(sandbox.tokens.all);
    for (const path of [
      '/zones/nonsense',
      `/zones/${'0'.repeat(32)}/dns_records`,
      '/accounts/nonsense/workers/scripts',
    ]) {
      const reply = await all('GET', path);
      expect(reply.errors.map(({ code }) => code)).toEqual([7003, 7000]);
      expect(reply.status).toBe(404);
    }
  });

  it('unknown paths and methods are logged', async () => {
    const all = as(sandbox.tokens.all);
    expect(await all('GET', '/zones/x/y/z')).toMatchObject({ status: 404, code: 7000 });
    expect(await all('DELETE', '/user/tokens/verify')).toMatchObject({ status: 405, code: 7001 });
    expect(lines).toEqual([
      'sandbox: GET /zones/x/y/z is not served here',
      'sandbox: DELETE /user/tokens/verify is not served here',
    ]);
  });
});

describe('lists', () => {
  it.each([
    ['name=linden-law.example', ['linden-law.example']],
    ['name=contains:STAGING', ['meadow-staging.example', 'northwind-staging.example']],
    ['name=contains_case_sensitive:STAGING', []],
    ['name=starts_with:old', ['old-quarry.example']],
    ['name=ends_with:dev.example', ['meadow-dev.example']],
    ['name=nothing.example', []],
    ['account.name=Northwind Retail&name=contains:shop', ['northwind-shop.example']],
    ['match=any&name=linden-law.example&account.name=nobody', ['linden-law.example']],
    ['match=all&name=linden-law.example&account.name=nobody', []],
    ['type=partial', []],
    ['status=pending', []],
  ])('zones with %s', async (query, names) => {
    const { result } = await as(sandbox.tokens.all)('GET', `/zones?${query}`);
    expect(result.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it('are cut into pages', async () => {
    const all = as(sandbox.tokens.all);
    const last = await all('GET', '/zones?page=3&per_page=6&direction=desc');
    expect(last.result_info).toEqual({ page: 3, per_page: 6, count: 2, total_count: 14, total_pages: 3 });
    expect(last.result[1].name).toBe('cedar-school.example');
    expect((await all('GET', '/zones?page=9')).result).toEqual([]);
    expect((await all('GET', '/zones')).result_info).toMatchObject({ per_page: 20 });
    for (const wrong of ['per_page=4', 'per_page=51', 'per_page=x', 'page=0']) {
      expect(await all('GET', `/zones?${wrong}`), wrong).toMatchObject({ status: 400, success: false });
    }
  });
});
