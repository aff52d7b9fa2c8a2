/** Adds one domain by hand, a sub-domain of a zone included. */
import { domainToASCII } from 'node:url';
import type { CloudflareApi, Zone } from '../cloudflare/api.js';
import { MaintError } from '../model/errors.js';
import type { Site } from '../model/site.js';
import type { Store } from '../store/store.js';
import { inactiveReason } from './discover.js';
import type { DiscoverOptions } from './types.js';

/** Labels of up to 63 letters, digits, `-` and `_`, two or more, the last not a number: `1.2.3.4` is an address. */
const DOMAIN_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** Finds the zone with the longest name that the domain ends in, and writes the site. */
export async function addSite(
  parts: { readonly cloudflare: CloudflareApi; readonly store: Store; readonly clock: () => Date },
  domain: string,
  options: DiscoverOptions,
): Promise<Site> {
  const { cloudflare, store, clock } = parts;
  const text = domain.trim().replace(/\.$/, '');
  // Of `example.com/shop` and the like, domainToASCII passes over what follows the host.
  const name = /[\s/\\?#@:]/.test(text) ? '' : domainToASCII(text);
  if (!DOMAIN_NAME.test(name)) {
    throw new MaintError('usage', `'${domain}' is not a domain name.`, {
      hint: 'Write it like shop.example.com.',
    });
  }
  if (store.sites.byDomain(name) !== null) {
    throw new MaintError('usage', `${name} is in the catalogue already.`, {
      hint: `\`maint site show ${name}\` shows it, \`maint site edit\` changes it.`,
    });
  }
  const zone = await findZone(cloudflare, name, options.accountId);
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
        token: null,
        plan: zone.planName,
      },
    ],
    now,
  );
  const site = store.sites.byDomain(name);
  if (site === null) throw new MaintError('internal', `${name} was written but cannot be read.`);
  return site;
}

/** Asks for each parent in turn: a list of every zone would cost a call for each fifty. */
async function findZone(cloudflare: CloudflareApi, domain: string, accountId?: string): Promise<Zone> {
  const labels = domain.split('.');
  for (let drop = 0; drop <= labels.length - 2; drop += 1) {
    const name = labels.slice(drop).join('.');
    const zones = await cloudflare.zones.list({ name, ...(accountId === undefined ? {} : { accountId }) });
    const exact = zones.filter((zone) => zone.name === name);
    const [zone, ...others] = exact;
    if (zone === undefined) continue;
    if (others.length === 0) return zone;
    const accounts = exact
      .map((candidate) => `${candidate.account.name} (${candidate.account.id})`)
      .join(', ');
    throw new MaintError('usage', `${name} is a zone of several accounts: ${accounts}.`, {
      hint: 'Name one with --account or CLOUDFLARE_ACCOUNT_ID.',
    });
  }
  throw new MaintError('unknown-name', `No zone for ${domain} is there, or the token may not see it.`, {
    hint: 'Check the spelling, and that the token has Zone → Zone → Read for this zone.',
  });
}
