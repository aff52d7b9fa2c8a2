/**
 * Walks through every endpoint once. With SANDBOX_RECORD_TO=file the calls are written there, to be held against a
 * published schema: `node scripts/check-openapi.mjs openapi.json file`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { type Caller, callerOf, uploadForm, zoneId } from './api-client.js';

let sandbox: Sandbox;
let call: Caller;
let account: string;
let zone: string;

beforeAll(async () => {
  const recordTo = process.env.SANDBOX_RECORD_TO;
  sandbox = await startSandbox({ edge: false, ...(recordTo ? { recordTo } : {}) });
  call = callerOf(sandbox);
  zone = zoneId(sandbox, 'harbour-bakery.example');
  account = sandbox.state.zones.get(zone)?.accountId ?? '';
});
afterAll(() => sandbox.close());

async function expectOk(method: string, path: string, body?: unknown) {
  const reply = await call(method, path, body);
  expect(reply, `${method} ${path}`).toMatchObject({ status: 200, success: true, errors: [], messages: [] });
  return reply.result;
}

describe('every endpoint answers', () => {
  it('zones', async () => {
    const zones = await expectOk(
      'GET',
      '/zones?page=1&per_page=50&order=name&direction=asc&status=active&match=all',
    );
    expect(zones).toHaveLength(14);
    expect(await expectOk('GET', `/zones/${zone}`)).toMatchObject({ id: zone, paused: false });
    expect(await expectOk('PATCH', `/zones/${zone}`, { paused: true })).toMatchObject({ paused: true });
    expect(await expectOk('PATCH', `/zones/${zone}`, { paused: false })).toMatchObject({ paused: false });
  });

  it('accounts and tokens', async () => {
    expect(await expectOk('GET', '/accounts?page=1&per_page=5')).toHaveLength(2);
    expect(await expectOk('GET', `/accounts/${account}`)).toMatchObject({ name: 'Meadow Lane Agency' });
    expect(await expectOk('GET', '/user/tokens/verify')).toMatchObject({ status: 'active' });
    expect(await expectOk('GET', '/user/tokens/permission_groups')).toContainEqual(
      expect.objectContaining({ name: 'Workers Routes Write', id: '28f4b596e7d643029c524985477ae49a' }),
    );
    const own = await callerOf(sandbox, sandbox.tokens.account)('GET', `/accounts/${account}/tokens/verify`);
    expect(own.result).toMatchObject({ status: 'active' });
  });

  it('scripts, from upload to deletion', async () => {
    const script = `/accounts/${account}/workers/scripts/notice`;
    const form = uploadForm(
      { tags: ['maint'], bindings: [{ type: 'plain_text', name: 'TEXT', text: 'soon' }] },
      { 'page.txt': 'back soon' },
    );
    expect(await expectOk('PUT', script, form)).toMatchObject({ id: 'notice', handlers: ['fetch'] });
    const list = await expectOk('GET', `/accounts/${account}/workers/scripts`);
    expect(list).toContainEqual(expect.objectContaining({ id: 'notice', routes: null }));
    expect(await expectOk('GET', `${script}/settings`)).toMatchObject({ bindings: [{ name: 'TEXT' }] });
    expect(await expectOk('GET', `${script}/script-settings`)).toMatchObject({ tags: ['maint'] });
    expect(await expectOk('PATCH', `${script}/script-settings`, { tags: ['a', 'b'] })).toMatchObject({
      tags: ['a', 'b'],
    });
    const settings = new FormData();
    settings.set('settings', new Blob([JSON.stringify({ logpush: true })], { type: 'application/json' }));
    expect(await expectOk('PATCH', `${script}/settings`, settings)).toMatchObject({
      logpush: true,
      tags: ['a', 'b'],
    });
    expect((await expectOk('GET', `${script}/deployments`)).deployments).toHaveLength(1);
    expect((await expectOk('GET', `${script}/versions`)).items).toHaveLength(1);
    expect(await expectOk('GET', `${script}/subdomain`)).toEqual({ enabled: true, previews_enabled: true });
    const off = { enabled: false, previews_enabled: false };
    expect(await expectOk('POST', `${script}/subdomain`, { enabled: false })).toEqual(off);
    expect(await expectOk('DELETE', `${script}/subdomain`)).toEqual(off);
    expect(await expectOk('GET', `/accounts/${account}/workers/subdomain`)).toEqual({
      subdomain: 'meadow-lane',
    });
    for (const path of [script, `${script}/content/v2`]) {
      const download = await fetch(sandbox.apiUrl + path, {
        headers: { authorization: `Bearer ${sandbox.tokens.all}` },
      });
      const modules = await download.formData();
      expect([...modules.keys()]).toEqual(['index.js', 'page.txt']);
      expect(await (modules.get('page.txt') as File).text()).toBe('back soon');
    }
    expect(await expectOk('DELETE', script)).toBeNull();
  });

  it('routes', async () => {
    const list = `/zones/${zone}/workers/routes`;
    const route = await expectOk('POST', list, {
      pattern: 'harbour-bakery.example/*',
      script: 'clinic-booking',
    });
    expect(route).toMatchObject({ pattern: 'harbour-bakery.example/*', request_limit_fail_open: false });
    expect(await expectOk('GET', list)).toEqual([route]);
    expect(await expectOk('GET', `${list}/${route.id}`)).toEqual(route);
    const changed = {
      pattern: 'harbour-bakery.example/shop/*',
      script: 'image-resizer',
      request_limit_fail_open: true,
    };
    expect(await expectOk('PUT', `${list}/${route.id}`, changed)).toEqual({ id: route.id, ...changed });
    expect(await expectOk('DELETE', `${list}/${route.id}`)).toEqual({ id: route.id });
    expect(await expectOk('GET', list)).toEqual([]);
  });

  it('routes of a script over all zones', async () => {
    const script = `/accounts/${account}/workers/scripts/clinic-booking`;
    const elm = zoneId(sandbox, 'elm-clinic.example');
    const routes = [
      { pattern: 'elm-clinic.example/*', zone_id: elm },
      { pattern: 'linden-law.example/*', zone_name: 'linden-law.example' },
    ];
    expect(await expectOk('PUT', `${script}/routes`, routes)).toHaveLength(2);
    const path = `/accounts/${account}/workers/services/clinic-booking/environments/production/routes`;
    const listed = await expectOk('GET', `${path}?show_zonename=true`);
    expect(listed.map((route: { zone_name: string }) => route.zone_name).sort()).toEqual([
      'elm-clinic.example',
      'linden-law.example',
    ]);
  });

  it('custom domains', async () => {
    const list = `/accounts/${account}/workers/domains`;
    const domain = {
      hostname: 'shop.linden-law.example',
      service: 'image-resizer',
      environment: 'production',
    };
    const zone_id = zoneId(sandbox, 'linden-law.example');
    const made = await expectOk('PUT', list, { ...domain, zone_id });
    expect(made).toMatchObject({ ...domain, zone_id, zone_name: 'linden-law.example' });
    expect(await expectOk('GET', `${list}?hostname=shop.linden-law.example`)).toEqual([made]);
    expect(await expectOk('GET', `${list}/${made.id}`)).toEqual(made);
    expect(await expectOk('DELETE', `${list}/${made.id}`)).toEqual({ id: made.id });
  });

  it('DNS records', async () => {
    const list = `/zones/${zone}/dns_records`;
    expect(await expectOk('GET', `${list}?proxied=true&per_page=5000`)).toHaveLength(2);
    const fields = { type: 'A', name: 'shop', content: '192.0.2.7', ttl: 300, proxied: false };
    const record = await expectOk('POST', list, { ...fields, comment: 'till', tags: ['a:b'] });
    expect(record).toMatchObject({ ...fields, name: 'shop.harbour-bakery.example', proxiable: true });
    expect(await expectOk('GET', `${list}/${record.id}`)).toEqual(record);
    const put = await expectOk('PUT', `${list}/${record.id}`, { ...fields, content: '192.0.2.8' });
    expect(put).toMatchObject({ content: '192.0.2.8', comment: null });
    const patch = { type: 'A', name: 'shop.harbour-bakery.example', content: '192.0.2.9', proxied: true };
    expect(await expectOk('PATCH', `${list}/${record.id}`, patch)).toMatchObject({ proxied: true, ttl: 1 });
    expect(await expectOk('DELETE', `${list}/${record.id}`)).toEqual({ id: record.id });
  });

  it('settings and neighbours of a zone', async () => {
    for (const id of ['ssl', 'always_use_https', 'always_online', 'development_mode', 'min_tls_version']) {
      expect(await expectOk('GET', `/zones/${zone}/settings/${id}`)).toMatchObject({ id, editable: true });
    }
    const flexible = await expectOk('PATCH', `/zones/${zone}/settings/ssl`, { value: 'flexible' });
    expect(flexible).toMatchObject({ id: 'ssl', value: 'flexible' });
    expect((await expectOk('GET', `/zones/${zone}/settings`)).length).toBeGreaterThan(10);
    expect(await expectOk('GET', `/zones/${zone}/pagerules`)).toEqual([]);
    expect(await expectOk('GET', '/ips')).toHaveProperty('ipv4_cidrs');
    const phase = `/zones/${zone}/rulesets/phases/http_request_dynamic_redirect/entrypoint`;
    expect(await call('GET', phase)).toMatchObject({ status: 404, code: 10003, result: null });
  });

  it('refusals, in the same envelope', async () => {
    expect(await call('GET', '/zones?per_page=51')).toMatchObject({
      status: 400,
      success: false,
      code: 1001,
    });
    expect(await call('GET', `/zones/${zone}/workers/routes/none`)).toMatchObject({
      status: 404,
      code: 10009,
    });
    expect(await call('GET', `/zones/${'0'.repeat(32)}`)).toMatchObject({ status: 404, code: 7003 });
    expect(await callerOf(sandbox, null)('GET', '/zones')).toMatchObject({ status: 400, code: 6003 });
  });
});
