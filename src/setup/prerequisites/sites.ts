/** What must be true at Cloudflare for a site's visitors to see a page: zone, DNS, certificate, redirects. */

import type { CustomDomain, DnsRecord, RedirectRule, Zone } from '../../cloudflare/api.js';
import { nameSome } from '../../model/counted.js';
import { hostnamesOf, type Site } from '../../model/site.js';
import { dnsCover, type HostCover } from '../dns-cover.js';
import { inactiveReason } from '../site-of-zone.js';
import { type Finding, failed, ok, type Prerequisite, skipped, warning } from './prerequisite.js';
import type { Answer } from './token.js';

export interface SiteFacts {
  readonly site: Site;
  /** Null where no token sees it. */
  readonly zone: Zone | null;
  readonly records: Answer<readonly DnsRecord[]>;
  readonly customDomains: Answer<readonly CustomDomain[]>;
  readonly redirects: Answer<readonly RedirectRule[]>;
}

const UNSEEN = 'No token sees the zone.';
const unseen = ({ zone }: SiteFacts) => (zone === null ? UNSEEN : null);

export const SITE_PREREQUISITES: readonly Prerequisite<SiteFacts>[] = [
  {
    id: 'zone',
    title: 'Zone',
    area: 'sites',
    check: ({ zone }) => {
      if (zone === null) return failed(UNSEEN);
      const reason = inactiveReason(zone);
      return reason === null ? ok('Active.') : failed(`${reason} Visitors see no page.`);
    },
    nextStep: 'Look at the zone in the dashboard; a site that is no more goes with `maint site remove`.',
  },
  {
    id: 'dns',
    title: 'DNS records',
    area: 'sites',
    when: unseen,
    check: ({ site, records }) => unanswered(records) ?? judgeDns(site, records.value ?? []),
    nextStep:
      'Set the record to "Proxied" in the dashboard, or name the hostnames with `maint site edit --set-hostname`.',
  },
  {
    id: 'certificate',
    title: 'Certificate',
    area: 'sites',
    when: (facts) => unseen(facts) ?? (facts.zone?.type === 'full' ? null : 'The zone is not a full one.'),
    check: ({ site }) => {
      const deep = hostnamesOf(site).filter((host) => depthBelow(host, site.zoneName) > 1);
      if (site.subdomains && site.domain !== site.zoneName) deep.push(`*.${site.domain}`);
      if (deep.length === 0) return ok('Universal SSL covers every hostname.');
      return warning(
        `Universal SSL does not cover ${nameSome(deep)}: it reaches one level below ${site.zoneName}.`,
      );
    },
    nextStep:
      'Order an advanced certificate, or switch on Total TLS; without one visitors get a TLS error, not a page.',
  },
  {
    id: 'custom-domain',
    title: 'Custom domains',
    area: 'sites',
    when: unseen,
    check: ({ site, customDomains }) => {
      const hosts = hostnamesOf(site);
      const found = (customDomains.value ?? []).filter(({ hostname }) => hosts.includes(hostname));
      if (found.length === 0) return unanswered(customDomains) ?? ok('None.');
      const list = found.map(({ hostname, service }) => `${hostname} (${service})`);
      // A route runs before a custom domain on the same hostname (Cloudflare docs, Workers → Custom Domains).
      return ok(`${nameSome(list)} served by a Worker as a whole: the page goes in front of it.`);
    },
    nextStep: 'Nothing.',
  },
  {
    id: 'redirects',
    title: 'Redirect rules',
    area: 'sites',
    when: unseen,
    check: ({ site, redirects }) => unanswered(redirects) ?? judgeRedirects(site, redirects.value ?? []),
    nextStep: 'Switch the rule off for the maintenance where it leads away from the page.',
  },
];

function unanswered(answer: Answer<unknown>): Finding | null {
  return answer.error === null ? null : skipped(answer.error.message);
}

function judgeDns(site: Site, records: readonly DnsRecord[]): Finding {
  const hosts = hostnamesOf(site).map((host) => ({ host, cover: dnsCover(host, site.zoneName, records) }));
  const having = (cover: HostCover) => hosts.filter((one) => one.cover === cover).map(({ host }) => host);
  const open = having('dns-only');
  const missing = having('missing');
  if (open.length === 0 && missing.length === 0) return ok('Every hostname is proxied.');
  const text = [
    ...(open.length > 0 ? [`${nameSome(open)} DNS-only, so no Worker runs there`] : []),
    ...(missing.length > 0 ? [`${nameSome(missing)} without a record, so nobody gets there`] : []),
  ].join('; ');
  // Where no hostname at all would show the page there is nothing to put one up for.
  return having('proxied').length === 0 ? failed(`${text}.`) : warning(`${text}.`);
}

function depthBelow(hostname: string, zoneName: string): number {
  return hostname.split('.').length - zoneName.split('.').length;
}

/**
 * Rules that may answer for a hostname before the page can. A rule that is for other hosts alone is none of them,
 * nor is one that leads to the site itself.
 */
export function redirectsAway(site: Site, rules: readonly RedirectRule[]): readonly RedirectRule[] {
  const hosts = hostnamesOf(site);
  return rules.filter(({ expression, target }) => {
    if (isForOthers(expression.toLowerCase(), hosts)) return false;
    const host = target !== null && URL.canParse(target) ? new URL(target).hostname : null;
    return host === null || !hosts.includes(host);
  });
}

/** A field that tells the host, compared with hosts that are written out. */
const NAMED_HOSTS =
  /http\.host\s*(?:eq|==|in)\s*(\{[^}]*\}|"[^"]*")|http\.request\.full_uri\s+wildcard\s+r?"[a-z*]+:\/\/([^/"*]+)\/[^"]*"/g;

/** Whether a rule can match other hosts only. Where its expression is anything but plain, it counts as ours. */
function isForOthers(expression: string, hosts: readonly string[]): boolean {
  const named = [...expression.matchAll(NAMED_HOSTS)];
  const rest = expression.replaceAll(NAMED_HOSTS, '');
  const tellsHost = /http\.host|full_uri/.test(rest);
  const negates = /\bnot\b|\bxor\b|!|\^\^/.test(rest);
  const orElse = /\bor\b|\|\|/.test(rest) && /\b(?:http|ip|cf|ssl)\b/.test(rest);
  if (named.length === 0 || tellsHost || negates || orElse) return false;
  const all = named.map(([, quoted, host]) => quoted ?? `"${host}"`).join(' ');
  return !hosts.some((host) => all.includes(`"${host}"`));
}

function judgeRedirects(site: Site, rules: readonly RedirectRule[]): Finding {
  const away = redirectsAway(site, rules);
  if (away.length === 0) return ok('None that leads away.');
  const names = away.map(({ description, expression }) => `"${description || expression}"`);
  return warning(`${nameSome(names)} may redirect visitors before they get to the page.`);
}
