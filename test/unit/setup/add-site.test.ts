import { describe, expect, it } from 'vitest';
import type { Zone } from '../../../src/cloudflare/api.js';
import { addSite } from '../../../src/setup/add-site.js';
import type { DiscoverOptions } from '../../../src/setup/discover-types.js';
import { findServedZones } from '../../../src/setup/find-zone.js';
import type { NewSite } from '../../../src/store/store.js';
import { ACCOUNT, NOW } from '../../support/builders.js';
import { account, newSite, partsWith, tokenOver, zone } from './setup-fixture.js';

interface Scene {
  readonly zones?: readonly Zone[];
  readonly sites?: readonly NewSite[];
  readonly options?: Partial<DiscoverOptions>;
}

async function add(domain: string, { zones = [zone('example.com')], sites = [], options = {} }: Scene = {}) {
  const parts = await partsWith(zones, sites);
  const added = addSite(parts, domain, { actor: 'ann', ...options });
  return { ...parts, added };
}

describe('addSite', () => {
  it('writes a sub-domain with the zone that it is in', async () => {
    const fields = { environment: 'staging', project: 'shop', owner: 'bob', tags: ['eu'] } as const;
    const { added, store } = await add('shop.example.com', { options: fields });
    expect(await added).toMatchObject({
      domain: 'shop.example.com',
      zoneId: 'zone-example.com',
      zoneName: 'example.com',
      accountId: ACCOUNT,
      active: true,
      createdAt: NOW,
      ...fields,
    });
    expect(store.sites.domains()).toEqual(['shop.example.com']);
  });

  it('is production of nobody where nothing is said', async () => {
    const { added } = await add('example.com');
    expect(await added).toMatchObject({ environment: 'production', project: null, owner: null, tags: [] });
  });

  it('says so where the zone is not active', async () => {
    const { added } = await add('example.com', { zones: [zone('example.com', { status: 'pending' })] });
    expect(await added).toMatchObject({
      active: false,
      inactiveReason: 'The zone is pending at Cloudflare.',
    });
  });

  it('takes the longest of several zones, asking for one after the other', async () => {
    const zones = ['example.com', 'eu.example.com'].map((name) => zone(name));
    const { added, asked } = await add('shop.eu.example.com', { zones });
    expect((await added).zoneName).toBe('eu.example.com');
    expect(asked).toEqual([{ name: 'shop.eu.example.com' }, { name: 'eu.example.com' }]);
  });

  it.each([
    ['Shop.EXAMPLE.com', 'shop.example.com'],
    [' shop.example.com ', 'shop.example.com'],
    ['shop.example.com.', 'shop.example.com'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['bücher.example.com', 'xn--bcher-kva.example.com'],
    ['BÜCHER。example.com', 'xn--bcher-kva.example.com'],
    [`${'a'.repeat(63)}.example.com`, `${'a'.repeat(63)}.example.com`],
  ])('reads %j as %s', async (text, domain) => {
    expect((await (await add(text)).added).domain).toBe(domain);
  });

  it.each([
    '',
    ' ',
    '.',
    'localhost',
    'example..com',
    '-a.example.com',
    'a-.example.com',
    'a b.example.com',
    'https://example.com/',
    'example.com/shop',
    'example.com\\shop',
    'example.com?shop',
    'example.com#shop',
    'shop\t.example.com',
    'example.com:8080',
    '*.example.com',
    'ann@example.com',
    '192.0.2.44',
    '[2001:db8::1]',
    'example.c',
    'example.co-',
    `${'a'.repeat(64)}.example.com`,
    `${'a.'.repeat(126)}example.com`,
    "a';drop table sites;--.example.com",
    'a\u0000.example.com',
  ])('refuses %j before anything is asked', async (text) => {
    const { added, asked, store } = await add(text);
    await expect(added).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('is not a domain name'),
    });
    expect(asked).toEqual([]);
    expect(store.sites.domains()).toEqual([]);
  });

  it('refuses what is in the catalogue already, and names the way on', async () => {
    const { added, asked } = await add('EXAMPLE.com', { sites: [newSite('example.com')] });
    await expect(added).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('site edit') });
    expect(asked).toEqual([]);
  });

  it('says what may be wrong where there is no zone', async () => {
    const { added, asked, store } = await add('shop.example.org');
    await expect(added).rejects.toMatchObject({
      code: 'unknown-name',
      message: 'No zone for shop.example.org is there, or the token may not see it.',
    });
    expect(asked).toEqual([{ name: 'shop.example.org' }, { name: 'example.org' }]);
    expect(store.sites.domains()).toEqual([]);
  });

  it('goes by the whole name, whatever the answer holds', async () => {
    const parts = await partsWith([]);
    const list = async () => [zone('other.example.com'), zone('example.com')];
    const site = await addSite({ ...parts, tokens: tokenOver(list) }, 'shop.example.com', { actor: 'ann' });
    expect(site.zoneName).toBe('example.com');
  });
});

describe('a zone that several tokens see', () => {
  const client = (name: string, ...zones: readonly Zone[]) => {
    const list = async (query: { readonly name?: string } = {}) =>
      zones.filter((one) => query.name === undefined || one.name === query.name);
    return { name, open: tokenOver(list)[0]!.open };
  };
  const zones = ['example.com', 'example.net', 'example.org'].map((name) => zone(name));

  it('is bound to the one that sees the fewest zones, as discover binds it', async () => {
    const tokens = [client('agency', ...zones), client('hotel', zones[0]!), client('other', zones[1]!)];
    const site = await addSite({ ...(await partsWith([])), tokens }, 'shop.example.com', { actor: 'ann' });
    expect(site.token).toBe('hotel');
  });

  it('is looked for with the own token of a site alone, while that is there', async () => {
    const tokens = [client('agency', ...zones), client('hotel', zones[0]!)];
    const [own] = await findServedZones(tokens, 'example.com', { own: 'agency' });
    expect(own).toMatchObject({ token: 'agency' });
    const [gone] = await findServedZones(tokens, 'example.com', { own: 'west' });
    expect(gone).toMatchObject({ token: 'hotel' });
    await expect(findServedZones(tokens, 'example.org', { own: 'hotel' })).rejects.toMatchObject({
      code: 'unknown-name',
      message: expect.stringContaining('hotel'),
    });
  });
});

describe('a zone of several accounts', () => {
  const zones = [
    zone('example.com', account('one')),
    zone('example.com', { id: 'second', ...account('two') }),
  ];

  it('is for the person to choose', async () => {
    const { added, store } = await add('shop.example.com', { zones });
    await expect(added).rejects.toMatchObject({
      code: 'usage',
      message: 'example.com is a zone of several accounts: Account one (one), Account two (two).',
      hint: expect.stringContaining('--account'),
    });
    expect(store.sites.domains()).toEqual([]);
  });

  it('is taken from the account that is named', async () => {
    const { added, asked } = await add('example.com', { zones, options: { accountId: 'two' } });
    expect(await added).toMatchObject({ zoneId: 'second', accountId: 'two' });
    expect(asked).toEqual([{ name: 'example.com', accountId: 'two' }]);
  });
});
