import { describe, expect, it } from 'vitest';
import type { CloudflareApi, Zone } from '../../../src/cloudflare/api.js';
import type { TokenClient } from '../../../src/cloudflare/clients.js';
import { MaintError } from '../../../src/model/errors.js';
import { discover } from '../../../src/setup/discover.js';
import { findServedZones } from '../../../src/setup/find-zone.js';
import { listZones } from '../../../src/setup/list-zones.js';
import { account, newSite, partsWith, zone } from './setup-fixture.js';

const token = (name: string, ...zones: readonly Zone[]): TokenClient => ({
  name,
  open: () =>
    ({
      zones: {
        list: async (query: { name?: string } = {}) =>
          zones.filter((each) => query.name === undefined || query.name === each.name),
      },
    }) as unknown as CloudflareApi,
});
const refused = (name: string): TokenClient => ({
  name,
  open: () => {
    throw new MaintError('token-exposed', `${name} is open to others.`);
  },
});
const A = zone('a.example', account('one'));
const B = zone('b.example', account('two'));

describe('listZones', () => {
  it('lists each zone once, and by which tokens it is seen, the narrowest first', async () => {
    const seen = await listZones([token('all', A, B), token('just-b', B)], {});
    expect(seen.zones).toEqual([A, B]);
    expect(seen.tokensOf.get(A.id)).toEqual(['all']);
    expect(seen.tokensOf.get(B.id)).toEqual(['just-b', 'all']);
    expect(seen.tokens[0]!.accounts).toEqual([
      { id: 'one', name: 'Account one', zones: 1 },
      { id: 'two', name: 'Account two', zones: 1 },
    ]);
  });

  it('goes on without a token that cannot be used, but not without any', async () => {
    const seen = await listZones([refused('bad'), token('good', A)], {});
    expect(seen.tokens.map(({ name, error }) => [name, error?.code ?? null])).toEqual([
      ['bad', 'token-exposed'],
      ['good', null],
    ]);
    await expect(listZones([refused('bad')], {})).rejects.toMatchObject({ code: 'token-exposed' });
  });
});

describe('discover over several tokens', () => {
  const site = (domain: string, accountId: string, bound: string | null) =>
    newSite(domain, { accountId, token: bound });

  async function tokensAfter(tokens: readonly TokenClient[], sites: Parameters<typeof partsWith>[1]) {
    const parts = await partsWith([], sites);
    const report = await discover({ ...parts, tokens }, { actor: 'ann' });
    const bound = parts.store.sites.select().map((each) => [each.domain, each.token]);
    return { report, bound };
  }

  it('binds sites that are new, unbound, or bound to a token that is gone', async () => {
    const sites = [site('a.example', 'one', null), site('b.example', 'two', 'gone')];
    const { bound } = await tokensAfter([token('west', A, zone('c.example')), token('east', B)], sites);
    expect(bound).toEqual([
      ['a.example', 'west'],
      ['b.example', 'east'],
      ['c.example', 'west'],
    ]);
  });

  it('leaves a site with the token that a person chose', async () => {
    const tokens = [token('west', A), token('spare', A, B)];
    expect((await tokensAfter(tokens, [site('a.example', 'one', 'spare')])).bound).toContainEqual([
      'a.example',
      'spare',
    ]);
  });

  it('does not miss the sites of a token that could not be asked', async () => {
    const sites = [
      site('a.example', 'one', 'west'),
      site('gone.example', 'one', 'west'),
      site('b.example', 'two', 'east'),
      site('unbound.example', 'two', null),
    ];
    const { report } = await tokensAfter([token('west', A), refused('east')], sites);
    expect(report.sites.map(({ domain, action }) => [domain, action])).toEqual([
      ['a.example', 'unchanged'],
      ['gone.example', 'missing'],
    ]);
  });
});

describe('findServedZones', () => {
  it('finds the zone with the token that sees it, past one that cannot be used', async () => {
    const [found] = await findServedZones([refused('bad'), token('east', B)], 'shop.b.example');
    expect(found).toMatchObject({ zone: B, token: 'east' });
  });

  it('tells of the token that cannot be used where the zone may be behind it', async () => {
    const search = findServedZones([refused('bad'), token('east', B)], 'a.example');
    await expect(search).rejects.toMatchObject({ code: 'token-exposed' });
  });

  it('gives every account that has the name', async () => {
    const other = zone('b.example', { id: 'other', ...account('three') });
    const found = await findServedZones([token('east', B), token('west', B, other)], 'b.example');
    expect(found.map(({ zone: { id }, token: by }) => [id, by])).toEqual([
      [B.id, 'east'],
      ['other', 'west'],
    ]);
  });
});
