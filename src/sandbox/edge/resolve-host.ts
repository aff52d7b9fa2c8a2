/** Where a hostname leads: through Cloudflare, past it, or nowhere. Pure. */
import type { SandboxDnsRecord, SandboxState, SandboxZone } from '../state.js';

export type HostDestination =
  /** A proxied record in an active zone: routes, Workers and the origin behind them. */
  | { kind: 'proxied'; zone: SandboxZone }
  /** A DNS-only record, or a paused zone: the visitor talks to the origin itself. */
  | { kind: 'direct' }
  /** The zone is here, the name is not. A visitor of the real thing gets NXDOMAIN. */
  | { kind: 'no-record' }
  | { kind: 'no-zone' };

const ADDRESS_TYPES = new Set(['A', 'AAAA', 'CNAME']);

/** @param host lower case, without port */
export function resolveHost(state: SandboxState, host: string): HostDestination {
  const zone = findZone(state, host);
  if (!zone) return { kind: 'no-zone' };
  const records = findRecords(state.dns.get(zone.id) ?? [], host);
  if (records.length === 0) return { kind: 'no-record' };
  const proxied = !zone.paused && records.some((record) => record.proxied);
  return proxied ? { kind: 'proxied', zone } : { kind: 'direct' };
}

/** A zone that is not active has no say over its names yet, so a parent zone may answer instead. */
function findZone(state: SandboxState, host: string): SandboxZone | undefined {
  let best: SandboxZone | undefined;
  for (const zone of state.zones.values()) {
    const name = zone.name.toLowerCase();
    const covers = zone.status === 'active' && (host === name || host.endsWith(`.${name}`));
    if (covers && name.length > (best?.name.length ?? 0)) best = zone;
  }
  return best;
}

/** Records of the name itself, else those of the closest wildcard above it. */
function findRecords(records: readonly SandboxDnsRecord[], host: string): SandboxDnsRecord[] {
  const named = (name: string) =>
    records.filter(({ type, name: own }) => ADDRESS_TYPES.has(type) && own.toLowerCase() === name);
  const labels = host.split('.');
  const wildcards = labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
  for (const name of [host, ...wildcards]) {
    const found = named(name);
    if (found.length > 0) return found;
  }
  return [];
}
