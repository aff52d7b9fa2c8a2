/** Imports zones into the catalogue. What a person set is never overwritten. */
import type { CloudflareApi, Zone } from '../cloudflare/api.js';
import type { Site } from '../model/site.js';
import type { NewSite, SiteChanges, Store } from '../store/store.js';
import type { DiscoverOptions, DiscoverReport } from './types.js';

type Row = DiscoverReport['sites'][number];

/** One zone or site and what is to be done about it: pure data between looking and writing. */
interface Finding {
  readonly row: Row;
  readonly create?: NewSite;
  readonly update?: { readonly id: number; readonly changes: SiteChanges };
}

/**
 * Lists every zone that the token sees and brings the catalogue up to date. A catalogued site whose zone is no
 * longer listed is reported as missing and marked inactive, within the accounts that were listed.
 */
export async function discover(
  parts: { readonly cloudflare: CloudflareApi; readonly store: Store; readonly clock: () => Date },
  options: DiscoverOptions,
): Promise<DiscoverReport> {
  const { cloudflare, store, clock } = parts;
  const query = options.accountId === undefined ? {} : { accountId: options.accountId };
  const zones = await cloudflare.zones.list(query);
  const known = store.sites.select();
  const findings = [
    ...zones.map((zone) => findZone(zone, known, options)),
    ...missing(zones, known, options),
  ].sort((a, b) => (a.row.domain < b.row.domain ? -1 : 1));
  if (!options.dryRun) write(store, findings, options, clock().toISOString());
  return report(findings, zones.length, options.dryRun ?? false);
}

function findZone(zone: Zone, known: readonly Site[], options: DiscoverOptions): Finding {
  const site = known.find((candidate) => candidate.domain === zone.name);
  const reason = inactiveReason(zone);
  const row = { domain: zone.name, zoneId: zone.id, accountId: zone.account.id, note: reason };
  if (site === undefined) {
    return { row: { ...row, action: 'created' }, create: newSite(zone, reason, options) };
  }
  const changes = changesOf(site, zone, reason);
  if (Object.keys(changes).length === 0) return { row: { ...row, action: 'unchanged' } };
  const note = changes.zoneId === undefined ? reason : 'The zone was made anew or moved to another account.';
  return { row: { ...row, action: 'updated', note }, update: { id: site.id, changes } };
}

function newSite(zone: Zone, inactive: string | null, options: DiscoverOptions): NewSite {
  return {
    domain: zone.name,
    zoneId: zone.id,
    zoneName: zone.name,
    accountId: zone.account.id,
    environment: options.environment ?? 'production',
    project: options.project ?? null,
    owner: options.owner ?? null,
    tags: options.tags ?? [],
    active: inactive === null,
    inactiveReason: inactive,
  };
}

/** Only facts of Cloudflare may change: where the zone is and whether it is active. */
function changesOf(site: Site, zone: Zone, inactive: string | null): SiteChanges {
  return {
    ...(site.zoneId === zone.id ? {} : { zoneId: zone.id }),
    ...(site.accountId === zone.account.id ? {} : { accountId: zone.account.id }),
    ...(site.active === (inactive === null) && site.inactiveReason === inactive
      ? {}
      : { active: inactive === null, inactiveReason: inactive }),
  };
}

/** Workers run only on zones that are active and not paused (Cloudflare docs, Workers → Routes). */
export function inactiveReason(zone: Zone): string | null {
  if (zone.paused) return 'The zone is paused: Cloudflare only answers DNS for it.';
  return zone.status === 'active' ? null : `The zone is ${zone.status} at Cloudflare.`;
}

function missing(zones: readonly Zone[], known: readonly Site[], options: DiscoverOptions): Finding[] {
  const ids = new Set(zones.map((zone) => zone.id));
  const gone = known.filter(
    (site) =>
      !ids.has(site.zoneId) &&
      !zones.some((zone) => zone.name === site.domain) &&
      (options.accountId === undefined || site.accountId === options.accountId),
  );
  const note = 'The zone is gone, or the token may not see it.';
  return gone.map((site) => ({
    row: { domain: site.domain, action: 'missing', zoneId: site.zoneId, accountId: site.accountId, note },
    ...(site.active ? { update: { id: site.id, changes: { active: false, inactiveReason: note } } } : {}),
  }));
}

function write(store: Store, findings: readonly Finding[], options: DiscoverOptions, now: string): void {
  const created = findings.flatMap((finding) => finding.create ?? []);
  store.transaction(() => {
    store.sites.insert(created, now);
    for (const { update } of findings) {
      if (update !== undefined) store.sites.update([update.id], update.changes, now);
    }
    store.log.write(
      findings
        .filter(({ row }) => row.action !== 'unchanged')
        .map(({ row }) => ({
          at: now,
          level: row.action === 'missing' ? ('warning' as const) : ('info' as const),
          action: 'discover',
          actor: options.actor,
          domain: row.domain,
          eventId: null,
          runId: null,
          message: row.note === null ? row.action : `${row.action}: ${row.note}`,
        })),
    );
  });
}

function report(findings: readonly Finding[], discovered: number, dryRun: boolean): DiscoverReport {
  const count = (action: Row['action']) => findings.filter(({ row }) => row.action === action).length;
  return {
    dryRun,
    discovered,
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    missing: count('missing'),
    sites: findings.map(({ row }) => row),
  };
}
