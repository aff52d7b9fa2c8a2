import { onTestFinished } from 'vitest';
import { openStore } from '../../../src/store/open.js';
import type { NewSite, Store } from '../../../src/store/store.js';

export const NOW = '2026-11-23T12:00:00.000Z';

/** A store in memory with these sites. */
export async function catalogueOf(...sites: readonly NewSite[]): Promise<Store> {
  const store = await openStore({ path: ':memory:', now: () => new Date(NOW) });
  onTestFinished(() => store.close());
  store.sites.insert(sites, NOW);
  return store;
}

export function newSite(domain: string, fields: Partial<NewSite> = {}): NewSite {
  return {
    domain,
    zoneId: `zone-${domain}`,
    zoneName: domain,
    accountId: 'account-1',
    environment: 'production',
    project: null,
    owner: null,
    tags: [],
    active: true,
    inactiveReason: null,
    token: null,
    plan: null,
    ...fields,
  };
}
