/** Whether Cloudflare stands in front of a hostname, by the records of its zone. Pure. */
import type { DnsRecord } from '../cloudflare/api.js';

/** Records that Cloudflare can stand in front of (Cloudflare docs, DNS → Proxied and DNS-only records). */
const PROXIABLE: readonly string[] = ['A', 'AAAA', 'CNAME'];

export type HostCover = 'proxied' | 'dns-only' | 'missing';

/** How a hostname is answered: by its own records, else by those of the nearest wildcard above it (RFC 4592). */
export function dnsCover(hostname: string, zoneName: string, records: readonly DnsRecord[]): HostCover {
  const labels = hostname.split('.');
  const names = [hostname];
  for (let drop = 1; labels.length - drop >= zoneName.split('.').length; drop += 1)
    names.push(`*.${labels.slice(drop).join('.')}`);
  for (const name of names) {
    const own = records.filter(
      (record) => record.name.toLowerCase() === name && PROXIABLE.includes(record.type),
    );
    if (own.length > 0) return own.some((record) => record.proxied) ? 'proxied' : 'dns-only';
  }
  return 'missing';
}
