/** Whether Cloudflare stands in front of a hostname, by the records of its zone. Pure. */
import type { DnsRecord } from '../cloudflare/api.js';

/** Records that Cloudflare can stand in front of (Cloudflare docs, DNS → Proxied and DNS-only records). */
const PROXIABLE: readonly string[] = ['A', 'AAAA', 'CNAME'];

export type HostCover = 'proxied' | 'dns-only' | 'missing';

/**
 * How a hostname is answered: by its own records where it exists, else by the wildcard right below the nearest name
 * above it that does. A name exists that has a record of any type, at it or below it (RFC 4592, section 2.2).
 */
export function dnsCover(hostname: string, zoneName: string, records: readonly DnsRecord[]): HostCover {
  const named = records.map((record) => ({ record, name: record.name.toLowerCase() }));
  const exists = (name: string) => named.some((one) => one.name === name || one.name.endsWith(`.${name}`));
  let nearest = hostname;
  while (nearest.endsWith(`.${zoneName}`) && !exists(nearest))
    nearest = nearest.slice(nearest.indexOf('.') + 1);
  const answering = nearest === hostname ? hostname : `*.${nearest}`;
  const own = named.filter(({ record, name }) => name === answering && PROXIABLE.includes(record.type));
  if (own.length === 0) return 'missing';
  return own.some(({ record }) => record.proxied) ? 'proxied' : 'dns-only';
}
