/** Imports zones into the catalogue. What a person set is never overwritten. */
import type { Zone } from '../cloudflare/api.js';
import type { TokenClient } from '../cloudflare/clients.js';
import type { Site } from '../model/site.js';
import type { NewSite, SiteChanges, Store } from '../store/store.js';
import type { DiscoverOptions, DiscoverReport } from './discover-types.js';
import { listZones, type ZonesSeen } from './list-zones.js';
import { inactiveReason, siteOfZone } from './site-of-zone.js';

type Row = DiscoverReport['sites'][number];

/** One zone or site and what is to be done about it: pure data between looking and writing. */
interface Finding {
  readonly row: Row;
  readonly create?: NewSite;
  readonly update?: { readonly id: number; readonly changes: SiteChanges };
}

/**
 * Lists every zone that the tokens see and brings the catalogue up to date. A catalogued site whose zone is no
 * longer listed is reported as missing, and marked inactive unless the token rather seems to see less.
 */
export async function discover(
  parts: { readonly tokens: readonly TokenClient[]; readonly store: Store; readonly clock: () => Date },
  options: DiscoverOptions,
): Promise<DiscoverReport> {
  const { tokens, store, clock } = parts;
  const query = options.accountId === undefined ? {} : { accountId: options.accountId };
  const seen = await listZones(tokens, query);
  const known = store.sites.select();
  const findings = compare(seen, known, options);
  if (!options.dryRun) write(store, findings, options, clock().toISOString());
  return report(findings, seen, options.dryRun ?? false);
}

/**
 * Two accounts may have a zone of one name, for example where a domain has moved and the old zone is left behind.
 * Visitors get the active one; among equals the catalogue's own stays.
 */
function oneZonePerName(zones: readonly Zone[], known: readonly Site[]): Map<string, Zone> {
  const ids = new Set(known.map((site) => site.zoneId));
  const rank = (zone: Zone) => 2 * Number(zone.status === 'active') + Number(ids.has(zone.id));
  const byName = new Map<string, Zone>();
  for (const zone of zones) {
    const other = byName.get(zone.name);
    if (other === undefined || rank(zone) > rank(other)) byName.set(zone.name, zone);
  }
  return byName;
}

/** What is to be done about each zone without a site, and each site: with its zone or without. Sorted by domain. */
function compare(listed: ZonesSeen, known: readonly Site[], options: DiscoverOptions): Finding[] {
  const zones = oneZonePerName(listed.zones, known);
  const domains = new Set(known.map((site) => site.domain));
  const created = [...zones.values()]
    .filter((zone) => !domains.has(zone.name))
    .map((zone) => creation(zone, listed, options));
  const inScope = known.filter(
    (site) =>
      (options.accountId === undefined || site.accountId === options.accountId) && wasAsked(site, listed),
  );
  // A sub-domain that was added by hand lives in the zone above it.
  const zoneOf = (site: Site) => zones.get(site.domain) ?? zones.get(site.zoneName);
  const gone = inScope.filter((site) => zoneOf(site) === undefined);
  const believed = areGone(gone, inScope, zones);
  const existing = known.flatMap((site) => {
    const zone = zoneOf(site);
    if (zone !== undefined) return [seen(site, zone, listed)];
    return gone.includes(site) ? [missing(site, believed.has(site))] : [];
  });
  return [...created, ...existing].sort((a, b) => (a.row.domain < b.row.domain ? -1 : 1));
}

/** Whether the token that would show the site could be asked: what another one does not list tells nothing. */
function wasAsked({ token, accountId }: Site, { tokens }: ZonesSeen): boolean {
  if (tokens.every(({ error }) => error === null)) return true;
  const asked = tokens.filter(({ error }) => error === null);
  if (token !== null) return asked.some(({ name }) => name === token);
  return asked.some(({ accounts }) => accounts.some(({ id }) => id === accountId));
}

function creation(zone: Zone, listed: ZonesSeen, options: DiscoverOptions): Finding {
  const site = siteOfZone(zone.name, zone, listed.tokensOf.get(zone.id)?.[0] ?? null, options);
  const { domain, zoneId, accountId, inactiveReason: note } = site;
  return { row: { domain, zoneId, accountId, note, action: 'created' }, create: site };
}

function seen(site: Site, zone: Zone, listed: ZonesSeen): Finding {
  const reason = inactiveReason(zone);
  const changes = { ...changesOf(site, zone, reason), ...tokenChange(site, zone, listed) };
  const row = { domain: site.domain, zoneId: zone.id, accountId: zone.account.id, note: reason };
  if (Object.keys(changes).length === 0) return { row: { ...row, action: 'unchanged' } };
  const moved = changes.zoneId !== undefined || changes.accountId !== undefined;
  const note = moved ? 'The zone was made anew or moved to another account.' : reason;
  return { row: { ...row, action: 'updated', note }, update: { id: site.id, changes } };
}

/** Only facts of Cloudflare may change: where the zone is, on which plan, and whether it is active. */
function changesOf(site: Site, zone: Zone, inactive: string | null): SiteChanges {
  return {
    ...(site.zoneId === zone.id ? {} : { zoneId: zone.id }),
    ...(site.accountId === zone.account.id ? {} : { accountId: zone.account.id }),
    ...(zone.planName === null || site.plan === zone.planName ? {} : { plan: zone.planName }),
    ...(site.active === (inactive === null) && site.inactiveReason === inactive
      ? {}
      : { active: inactive === null, inactiveReason: inactive }),
  };
}

/** Binds a site to the token that sees it, unless it is bound to one that is still there: a person may have chosen. */
function tokenChange(site: Site, zone: Zone, { tokens, tokensOf }: ZonesSeen): SiteChanges {
  const [token] = tokensOf.get(zone.id) ?? [];
  if (token === undefined || tokens.some(({ name }) => name === site.token && name !== null)) return {};
  return { token };
}

/** So large a share of so many sites does not vanish: it is the token that sees less. */
const LARGE_SHARE = 0.3;
const MANY = 10;

/**
 * Which sites are taken to be gone. A list cannot tell "gone" from "not for this token" (Cloudflare shows a token
 * only the zones it may see), so in a catalogue of some size an account of which nothing is listed, and a large
 * share of all sites, is left as it is.
 */
function areGone(
  gone: readonly Site[],
  known: readonly Site[],
  zones: ReadonlyMap<string, Zone>,
): ReadonlySet<Site> {
  if (known.length < MANY) return new Set(gone);
  if (gone.length > LARGE_SHARE * known.length) return new Set();
  const listed = new Set([...zones.values()].map((zone) => zone.account.id));
  return new Set(gone.filter((site) => listed.has(site.accountId)));
}

function missing({ id, domain, zoneId, accountId, active }: Site, believed: boolean): Finding {
  const reason = 'The zone is gone, or the token may not see it.';
  const note = believed ? reason : `${reason} The site stays as it was: too much is missing to be gone.`;
  const row: Row = { domain, action: 'missing', zoneId, accountId, note };
  return active && believed
    ? { row, update: { id, changes: { active: false, inactiveReason: reason } } }
    : { row };
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

function report(findings: readonly Finding[], { zones, tokens }: ZonesSeen, dryRun: boolean): DiscoverReport {
  const count = (action: Row['action']) => findings.filter(({ row }) => row.action === action).length;
  return {
    dryRun,
    discovered: zones.length,
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    missing: count('missing'),
    tokens,
    sites: findings.map(({ row }) => row),
  };
}
