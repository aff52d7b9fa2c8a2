/** How the origins behind a zone's proxied records answer a TLS handshake. */
import type { DnsRecord } from '../cloudflare/api.js';
import { nameSome } from '../model/counted.js';
import { readTarget } from './ensure-dns.js';
import type { OriginTls, Work } from './setup-types.js';

/** More origins than this are not looked at: then the mode is left to a person. */
const MOST_ORIGINS = 20;
/** The discard prefix (RFC 6666), as Cloudflare's docs use it for names that only a Worker answers for. */
const ORIGINLESS = '100::';

/** One hostname of the zone, with where Cloudflare connects for it. */
export interface Origin {
  readonly name: string;
  readonly address: string;
}

export interface OriginsSeen {
  readonly origins: readonly (Origin & { readonly tls: OriginTls })[];
  /** Why not every origin of the zone was looked at, as a sentence; null where each was. */
  readonly unseen: string | null;
}

/** Looks at the origin behind each proxied record of the zone, by the name of the record. */
export async function lookAtOrigins(work: Work): Promise<OriginsSeen> {
  const { parts, facts } = work;
  if (facts.records === null) {
    return { origins: [], unseen: 'The token may not read the DNS records that lead to the origins.' };
  }
  const origins = originsOf(work);
  if (origins.length > MOST_ORIGINS) {
    const unseen = `The zone has ${origins.length} origins: more than ${MOST_ORIGINS} are not looked at.`;
    return { origins: [], unseen };
  }
  const looks = origins.map(async ({ name, address }) => ({
    name,
    address,
    // A wildcard stands for any name: one that nobody else has is as good as another.
    tls: await parts.lookAtOrigin(address, name.replace(/^\*/, 'maint-check')),
  }));
  return { origins: await Promise.all(looks), unseen: null };
}

/** The hostnames of the zone that Cloudflare stands in front of, at most as many as origins are looked at. */
export function proxiedHosts(work: Work): string[] {
  const names = originsOf(work).map(({ name }) => name);
  const hosts = [work.domain, ...names.filter((name) => !name.startsWith('*'))];
  return [...new Set(hosts)].slice(0, MOST_ORIGINS);
}

/** What was seen of origins that are not up to a mode: their names, by what is wrong with them. */
export function shortfall({ origins, unseen }: OriginsSeen, wanted: readonly OriginTls[]): string[] {
  const named = (tls: OriginTls) => {
    const names = origins.filter((origin) => origin.tls === tls).map(({ name }) => name);
    return names.length === 0 || wanted.includes(tls) ? [] : [`${nameSome(names)} ${SAID[tls]}`];
  };
  return [...(unseen === null ? [] : [unseen]), ...named('none'), ...named('untrusted')];
}

const SAID: Readonly<Record<OriginTls, string>> = {
  none: 'was not seen to speak TLS at its origin.',
  untrusted: 'has a certificate at its origin that this machine does not trust.',
  trusted: 'has a trusted certificate at its origin.',
};

function originsOf({ facts, options, domain }: Work): Origin[] {
  const proxied = (facts.records ?? []).filter(({ proxied }) => proxied);
  const found = proxied.map((record) => ({ name: record.name, address: originOf(record, proxied) }));
  const named =
    options.dnsTarget === undefined ? [] : [{ name: domain, address: readTarget(options.dnsTarget).content }];
  return [...found, ...named].filter(({ address }) => address !== ORIGINLESS);
}

/** Where Cloudflare connects for a record: through CNAMEs within the zone to the last address or name. */
function originOf(record: DnsRecord, records: readonly DnsRecord[], depth = 0): string {
  if (record.type !== 'CNAME' || depth > 5) return record.content;
  const next = records.find(({ name }) => name.toLowerCase() === record.content.toLowerCase());
  return next === undefined ? record.content : originOf(next, records, depth + 1);
}
