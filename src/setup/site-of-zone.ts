/** What the catalogue takes over of a zone. Pure. */
import type { Zone } from '../cloudflare/api.js';
import type { NewSite } from '../store/store.js';
import type { DiscoverOptions } from './discover-types.js';

/** Fields that a person may give to a site that is new. */
type GivenFields = Pick<DiscoverOptions, 'environment' | 'project' | 'owner' | 'tags'>;

/** The site that a zone, or a domain in it, becomes. `token`: the name of the token that sees it, or null. */
export function siteOfZone(domain: string, zone: Zone, token: string | null, given: GivenFields): NewSite {
  const inactive = inactiveReason(zone);
  return {
    domain,
    zoneId: zone.id,
    zoneName: zone.name,
    accountId: zone.account.id,
    environment: given.environment ?? 'production',
    project: given.project ?? null,
    owner: given.owner ?? null,
    tags: given.tags ?? [],
    active: inactive === null,
    inactiveReason: inactive,
    token,
    plan: zone.planName,
  };
}

/** Workers run only on zones that are active and not paused (Cloudflare docs, Workers → Routes). */
export function inactiveReason(zone: Zone): string | null {
  if (zone.paused) return 'The zone is paused: Cloudflare only answers DNS for it.';
  return zone.status === 'active' ? null : `The zone is ${zone.status} at Cloudflare.`;
}
