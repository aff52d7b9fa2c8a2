import { describe, expect, it } from 'vitest';
import { createCloudflareService } from '../../../src/cloudflare/service.js';
import { ACCOUNT, createFixture, rejection, ZONE, zone } from './client-fixture.js';
import { ok } from './scripted-server.js';

const ROUTE = { id: 'r', pattern: 'a.example/*', script: 'shop' };

describe('the service', () => {
  it('finds a zone by its exact name', async () => {
    await using f = await createFixture();
    const info = { per_page: 50, total_count: 1 };
    f.server.script(ok([zone(1)], info), ok([], info), ok([zone(2)], info));
    const service = createCloudflareService(f.api);
    expect(await service.getZoneByName('Site-1.example.')).toMatchObject({ name: 'site-1.example' });
    expect(await service.getZoneByName('nothing.example')).toBeNull();
    expect(await service.getZoneByName('site-1.example')).toBeNull();
    expect(await rejection(service.getZoneByName(' '))).toMatchObject({ code: 'usage' });
  });

  it('lists zones', async () => {
    await using f = await createFixture();
    f.server.script(ok([zone(1), zone(2)], { total_count: 2 }));
    expect(await createCloudflareService(f.api).getZones()).toHaveLength(2);
  });

  it('deploys a Worker to the account of the zone', async () => {
    await using f = await createFixture();
    f.server.script(ok(zone(1)), ok(null));
    await createCloudflareService(f.api).deployWorker(ZONE, 'shop', 'export default {}');
    expect(f.server.calls[1]).toBe(`PUT /client/v4/accounts/${ACCOUNT}/workers/scripts/shop`);
    expect(f.server.received[1]?.body).toContain('export default {}');
  });

  it.each([
    ['an empty script', 'shop', ' '],
    ['a name in capitals', 'Shop', 'export {}'],
    ['a name that ends in a dash', 'shop-', 'export {}'],
  ])('sends nothing for %s', async (_name, name, content) => {
    await using f = await createFixture();
    const call = createCloudflareService(f.api).deployWorker(ZONE, name, content);
    expect(await rejection(call)).toMatchObject({ code: 'usage' });
    expect(f.api.sent).toBe(0);
  });

  it('deletes a Worker that no route uses', async () => {
    await using f = await createFixture();
    f.server.script(ok(zone(1)), ok([{ id: 'shop', routes: [] }]), ok([]), ok(null), ok(zone(1)), ok([]));
    const service = createCloudflareService(f.api);
    expect(await service.deleteWorker(ZONE, 'shop')).toBe(true);
    expect(await service.deleteWorker(ZONE, 'shop')).toBe(false);
  });

  it.each([
    ['by the list of scripts', [ok([{ id: 'shop', routes: [ROUTE] }])]],
    ['by the routes of the zone', [ok([{ id: 'shop', routes: null }]), ok([ROUTE])]],
  ])('does not delete a Worker in use, %s', async (_name, replies) => {
    await using f = await createFixture();
    f.server.script(ok(zone(1)), ...replies);
    const error = await rejection(createCloudflareService(f.api).deleteWorker(ZONE, 'shop'));
    expect(error).toMatchObject({ code: 'conflict' });
    expect((error as Error).message).toContain('a.example/*');
    expect(f.server.calls.some((call) => call.startsWith('DELETE'))).toBe(false);
  });

  it.each([
    ['www', 'www.site-1.example'],
    ['WWW.site-1.example.', 'www.site-1.example'],
    ['@', 'site-1.example'],
    ['site-1.example', 'site-1.example'],
  ])('creates a proxied DNS record for %s and returns its id', async (name, whole) => {
    await using f = await createFixture();
    f.server.script(ok(zone(1)), ok({ id: 'd', type: 'A', name: whole, content: '192.0.2.1' }));
    expect(await createCloudflareService(f.api).createDnsRecord(ZONE, 'A', name, '192.0.2.1')).toBe('d');
    expect(JSON.parse(f.server.received[1]?.body ?? '')).toEqual({
      type: 'A',
      name: whole,
      content: '192.0.2.1',
      proxied: true,
      ttl: 1,
    });
  });

  it('lists DNS records', async () => {
    await using f = await createFixture();
    f.server.script(ok([], { total_count: 0 }));
    expect(await createCloudflareService(f.api).listDnsRecords(ZONE)).toEqual([]);
  });

  it('sets the SSL mode, and nothing where it is set already', async () => {
    await using f = await createFixture();
    const full = ok({ id: 'ssl', value: 'full' });
    f.server.script(full, full, full, ok({ id: 'ssl', value: 'strict' }));
    const service = createCloudflareService(f.api);
    expect(await service.getSslSettings(ZONE)).toBe('full');
    expect(await service.updateSslSetting(ZONE, 'full')).toBe(false);
    expect(await service.updateSslSetting(ZONE, 'strict')).toBe(true);
  });

  it.each(['flexible', 'off'] as const)('wants an acknowledgement for %s', async (mode) => {
    await using f = await createFixture();
    const service = createCloudflareService(f.api);
    expect(await rejection(service.updateSslSetting(ZONE, mode))).toMatchObject({ code: 'guard-refused' });
    expect(f.api.sent).toBe(0);
    f.server.script(ok({ id: 'ssl', value: 'full' }), ok({ id: 'ssl', value: mode }));
    expect(await service.updateSslSetting(ZONE, mode, { acknowledgeFlexible: true })).toBe(true);
  });

  it('refuses a mode that is none, and does not invent one', async () => {
    await using f = await createFixture();
    const service = createCloudflareService(f.api);
    expect(await rejection(service.updateSslSetting(ZONE, 'none' as 'off'))).toMatchObject({ code: 'usage' });
    f.server.script(ok({ id: 'ssl', value: 42 }));
    expect(await rejection(service.getSslSettings(ZONE))).toMatchObject({ code: 'remote-unreadable' });
  });

  it('closes its connections with its scope', async () => {
    await using f = await createFixture();
    f.server.script(ok([], { total_count: 0 }));
    {
      await using service = createCloudflareService(f.api);
      await service.getZones();
    }
    expect(await rejection(f.api.zones.list())).toMatchObject({ code: 'remote-unreachable' });
  });

  it('leaves a client open that it shares with others', async () => {
    await using f = await createFixture();
    f.server.script(ok([], { total_count: 0 }));
    await createCloudflareService(f.api, async () => {}).close();
    expect(await f.api.zones.list()).toEqual([]);
  });
});
