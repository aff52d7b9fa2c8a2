import { hostnamesOf, type Site } from '../../model/site.js';

/** A site as documents carry it: the fields of the contract, plus what may help. */
export function siteJson(site: Site): object {
  return {
    domain: site.domain,
    name: site.name,
    zoneId: site.zoneId,
    zoneName: site.zoneName,
    accountId: site.accountId,
    token: site.token,
    plan: site.plan,
    environment: site.environment,
    project: site.project,
    tags: site.tags,
    owner: site.owner,
    sharedWith: site.shares.map((share) => share.user),
    shares: site.shares,
    groups: site.groups,
    hostnames: hostnamesOf(site),
    subdomains: site.subdomains,
    status: site.state,
    inactiveReason: site.inactiveReason,
    maintenance: site.maintenance,
    health: site.health,
    createdAt: site.createdAt,
    updatedAt: site.updatedAt,
  };
}
