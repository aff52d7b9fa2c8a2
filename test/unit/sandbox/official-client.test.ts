/** Cloudflare's own npm client, which knows nothing of this sandbox, reads it without complaint. */
import Cloudflare from 'cloudflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { zoneId } from './api-client.js';

let sandbox: Sandbox;
let client: Cloudflare;

beforeAll(async () => {
  sandbox = await startSandbox({ edge: false });
  client = new Cloudflare({ apiToken: sandbox.tokens.all, baseURL: sandbox.apiUrl, maxRetries: 0 });
});
afterAll(() => sandbox.close());

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('the official client', () => {
  it('reads all pages of zones', async () => {
    const zones = await collect(client.zones.list({ per_page: 5 }));
    expect(zones.map(({ name }) => name).sort()).toEqual(
      [...sandbox.state.zones.values()].map(({ name }) => name).sort(),
    );
    const pages = sandbox.requests
      .filter(({ path }) => path === '/zones')
      .map(({ query }) => query.page ?? '1');
    expect(pages.slice(0, 3)).toEqual(['1', '2', '3']);
  });

  it('reads one zone', async () => {
    const zone_id = zoneId(sandbox, 'elm-clinic.example');
    const zone = await client.zones.get({ zone_id });
    expect(zone).toMatchObject({ id: zone_id, status: 'active', account: { name: 'Meadow Lane Agency' } });
  });

  it('reads routes', async () => {
    const zone_id = zoneId(sandbox, 'elm-clinic.example');
    const routes = await collect(client.workers.routes.list({ zone_id }));
    expect(routes.map(({ pattern, script }) => [pattern, script])).toEqual([
      ['elm-clinic.example/*', 'clinic-booking'],
      ['elm-clinic.example/images/*', 'image-resizer'],
    ]);
  });

  it('writes and removes a route', async () => {
    const zone_id = zoneId(sandbox, 'linden-law.example');
    const pattern = 'linden-law.example/*';
    const made = await client.workers.routes.create({ zone_id, pattern, script: 'image-resizer' });
    expect(made).toMatchObject({ pattern, script: 'image-resizer' });
    await client.workers.routes.delete(made.id, { zone_id });
    expect(await collect(client.workers.routes.list({ zone_id }))).toEqual([]);
  });

  it('reads DNS records, all pages', async () => {
    const zone_id = zoneId(sandbox, 'northwind-shop.example');
    const records = await collect(client.dns.records.list({ zone_id, per_page: 1 }));
    expect(records.map(({ name }) => name).sort()).toEqual([
      'api.northwind-shop.example',
      'northwind-shop.example',
      'www.northwind-shop.example',
    ]);
  });

  it('reads settings', async () => {
    const zone_id = zoneId(sandbox, 'northwind-shop.example');
    const ssl = await client.zones.settings.get('ssl', { zone_id });
    expect(ssl).toMatchObject({ id: 'ssl', value: 'strict' });
  });

  it('reads accounts and verifies the token', async () => {
    const accounts = await collect(client.accounts.list());
    expect(accounts.map(({ name }) => name)).toEqual(['Meadow Lane Agency', 'Northwind Retail']);
    expect(await client.user.tokens.verify()).toMatchObject({ status: 'active' });
    expect(await client.accounts.get({ account_id: accounts[0]?.id ?? '' })).toMatchObject({
      type: 'standard',
    });
  });

  it('reads the scripts with their routes', async () => {
    const account_id = sandbox.state.zones.get(zoneId(sandbox, 'elm-clinic.example'))?.accountId ?? '';
    const scripts = await collect(client.workers.scripts.list({ account_id }));
    expect(scripts.map(({ id }) => id)).toEqual(['clinic-booking', 'image-resizer']);
    expect(scripts[0]?.routes).toMatchObject([{ pattern: 'elm-clinic.example/*', script: 'clinic-booking' }]);
  });

  it('understands a refusal', async () => {
    const refused = client.zones.get({ zone_id: '0'.repeat(32) });
    await expect(refused).rejects.toMatchObject({ status: 404, errors: [{ code: 7003 }, { code: 7000 }] });
  });
});
