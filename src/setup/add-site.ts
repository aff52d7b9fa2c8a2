/** Adds one domain by hand, a sub-domain of a zone included. */
import type { TokenClient } from '../cloudflare/clients.js';
import { MaintError } from '../model/errors.js';
import type { Site } from '../model/site.js';
import type { Store } from '../store/store.js';
import type { DiscoverOptions } from './discover-types.js';
import { domainName, findServedZones, onlyZone } from './find-zone.js';
import { siteOfZone } from './site-of-zone.js';

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
  const served = await findServedZones(tokens, name, { accountId: options.accountId });
  const zone = onlyZone(served.map((one) => one.zone));
  store.sites.insert([siteOfZone(name, zone, served[0]?.token ?? null, options)], clock().toISOString());
  const site = store.sites.byDomain(name);
  if (site === null) throw new MaintError('internal', `${name} was written but cannot be read.`);
  return site;
}
