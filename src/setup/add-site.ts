/** Adds one domain by hand, a sub-domain of a zone included. */
import type { TokenClient } from '../cloudflare/clients.js';
import { MaintError } from '../model/errors.js';
import type { Site } from '../model/site.js';
import type { Store } from '../store/store.js';
import { inactiveReason } from './discover.js';
import { domainName, findServedZones, onlyZone } from './find-zone.js';
import type { DiscoverOptions } from './types.js';

/** Finds the zone with the longest name that the domain ends in, and writes the site. */
export async function addSite(
  parts: { readonly tokens: readonly TokenClient[]; readonly store: Store; readonly clock: () => Date },
  domain: string,
  options: DiscoverOptions,
): Promise<Site> {
  const { tokens, store, clock } = parts;
  const name = domainName(domain);
  if (store.sites.byDomain(name) !== null) {
    throw new MaintError('usage', `${name} is in the catalogue already.`, {
      hint: `\`maint site show ${name}\` shows it, \`maint site edit\` changes it.`,
    });
  }
  const served = await findServedZones(tokens, name, options.accountId);
  const zone = onlyZone(served.map((one) => one.zone));
  const now = clock().toISOString();
  const inactive = inactiveReason(zone);
  store.sites.insert(
    [
      {
        domain: name,
        zoneId: zone.id,
        zoneName: zone.name,
        accountId: zone.account.id,
        environment: options.environment ?? 'production',
        project: options.project ?? null,
        owner: options.owner ?? null,
        tags: options.tags ?? [],
        active: inactive === null,
        inactiveReason: inactive,
        token: served[0]?.token ?? null,
        plan: zone.planName,
      },
    ],
    now,
  );
  const site = store.sites.byDomain(name);
  if (site === null) throw new MaintError('internal', `${name} was written but cannot be read.`);
  return site;
}
