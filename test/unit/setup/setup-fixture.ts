import { onTestFinished } from 'vitest';
import type { CloudflareApi, Zone } from '../../../src/cloudflare/api.js';
import type { TokenClient } from '../../../src/cloudflare/clients.js';
import { openStore } from '../../../src/store/open.js';
import type { NewSite, Store } from '../../../src/store/store.js';
import { ACCOUNT, NOW } from '../../support/builders.js';

export function zone(name: string, fields: Partial<Zone> = {}): Zone {
  return {
    id: `zone-${name}`,
    name,
    status: 'active',
    paused: false,
    type: 'full',
    account: { id: ACCOUNT, name: 'Acme' },
    planName: 'free',
    ...fields,
  };
}

export const account = (id: string) => ({ account: { id, name: `Account ${id}` } });

export function newSite(domain: string, fields: Partial<NewSite> = {}): NewSite {
  return {
    domain,
    zoneId: `zone-${domain}`,
    zoneName: domain,
    accountId: ACCOUNT,
    environment: 'production',
    project: null,
    owner: null,
    tags: [],
    active: true,
    inactiveReason: null,
    token: null,
    plan: 'free',
    ...fields,
  };
}

export interface Parts {
  readonly tokens: readonly TokenClient[];
  readonly store: Store;
  readonly clock: () => Date;
  /** The queries that were asked, in order. */
  readonly asked: object[];
}

/** A token that sees these zones, and a catalogue in memory with these sites. */
export async function partsWith(zones: readonly Zone[], sites: readonly NewSite[] = []): Promise<Parts> {
  const clock = () => new Date(NOW);
  const store = await openStore({ path: ':memory:', now: clock });
  onTestFinished(() => store.close());
  store.sites.insert(sites, '2026-01-01T00:00:00.000Z');
  const asked: object[] = [];
  const list: CloudflareApi['zones']['list'] = async (query = {}) => {
    asked.push(query);
    return zones.filter(
      (each) =>
        (query.name === undefined || each.name === query.name) &&
        (query.accountId === undefined || each.account.id === query.accountId),
    );
  };
  return { tokens: tokenOver(list), store, clock, asked };
}

/** One token without a name that can list zones and nothing else. */
export function tokenOver(list: CloudflareApi['zones']['list']): readonly TokenClient[] {
  return [{ name: null, open: () => ({ zones: { list } }) as CloudflareApi }];
}
