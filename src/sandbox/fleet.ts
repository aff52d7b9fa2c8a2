/** What a sandbox starts with: nothing, a row of plain zones, or a believable fleet. */

import { storeScript } from './api/script-upload.js';
import { hexId, type World } from './api/world.js';
import { DEMO_ACCOUNTS, DEMO_SCRIPTS, DEMO_SITES, type DemoSite } from './demo-sites.js';
import type { SandboxDnsRecord, SandboxZone } from './state.js';

export type FleetKind = 'demo' | 'plain' | 'empty';

/**
 * Fills an empty state.
 * @param zones how many zones a plain fleet has; accounts are the same two in every fleet
 */
export function buildFleet(world: World, kind: FleetKind, zones: number): void {
  for (const { id, name, subdomain } of DEMO_ACCOUNTS) {
    world.state.accounts.set(id, { id, name, subdomain });
    world.state.scripts.set(id, new Map());
  }
  if (kind === 'plain') {
    for (let number = 1; number <= zones; number += 1) addSite(world, plainSite(number));
  }
  if (kind === 'demo') {
    for (const script of DEMO_SCRIPTS) addScript(world, script.accountId, script.name, script.code);
    for (const site of DEMO_SITES) addSite(world, site);
  }
}

function plainSite(number: number): DemoSite {
  const accountId = DEMO_ACCOUNTS[0].id;
  return { name: `site-${String(number).padStart(4, '0')}.example`, accountId, plan: 'free' };
}

/** Uploads a script of one module past the API, as somebody else would have done. */
export function addScript(world: World, accountId: string, name: string, code: string): void {
  const metadata = { main_module: 'index.js', compatibility_date: '2026-01-01', bindings: [], tags: [] };
  const main = { name: 'index.js', type: 'application/javascript+module', content: Buffer.from(code) };
  storeScript(world, accountId, { name, metadata, modules: [main] });
}

/** Adds a zone with its DNS records, routes and settings. */
export function addSite(world: World, site: DemoSite): SandboxZone {
  const { state } = world;
  const zone: SandboxZone = {
    id: hexId(`sandbox zone ${site.name}`),
    name: site.name,
    status: site.status ?? 'active',
    paused: site.paused ?? false,
    type: 'full',
    accountId: site.accountId,
    plan: site.plan,
    createdOn: '2023-05-11T08:30:00.000000Z',
  };
  state.zones.set(zone.id, zone);
  const hosts = site.hosts ?? { '@': 'proxied', www: 'proxied' };
  state.dns.set(
    zone.id,
    Object.entries(hosts).map(([label, mode]) => hostRecord(world, zone, label, mode === 'proxied')),
  );
  state.routes.set(
    zone.id,
    (site.routes ?? []).map(([pattern, script, failOpen]) => {
      return { id: world.newId(), pattern, script, request_limit_fail_open: failOpen ?? false };
    }),
  );
  state.settings.set(zone.id, new Map(Object.entries(site.settings ?? {})));
  world.changed();
  return zone;
}

function hostRecord(world: World, zone: SandboxZone, label: string, proxied: boolean): SandboxDnsRecord {
  const apex = label === '@';
  return {
    id: world.newId(),
    type: apex ? 'A' : 'CNAME',
    name: apex ? zone.name : `${label}.${zone.name}`,
    content: apex ? '192.0.2.10' : zone.name,
    proxied,
    ttl: 1,
    comment: null,
    tags: [],
    createdOn: zone.createdOn,
    modifiedOn: zone.createdOn,
  };
}
