/** Step `dns`: does Cloudflare stand in front of the site's hostnames? Records are added where one is missing. */
import { isIPv4, isIPv6 } from 'node:net';
import type { DnsRecord, NewDnsRecord } from '../cloudflare/api.js';
import { canonicalContent, canonicalName } from '../model/dns-content.js';
import { MaintError } from '../model/errors.js';
import { hostnamesOf } from '../model/site.js';
import { clientOf, requireWholeZone } from './check-access.js';
import { dnsCover } from './dns-cover.js';
import { domainName } from './find-zone.js';
import { close, LIST_LAG_MS, lookUntilShown, make, note, openItems, zoneOf } from './item-book.js';
import type { HostView, StepEnd, Work } from './setup-types.js';

/** Begins the comment of every record that setup makes: by it people know whose it is. */
const COMMENT = 'Made by maint setup';

/** @throws MaintError `permission-missing` where records are asked for and the token may not read any */
export async function ensureDns(work: Work): Promise<StepEnd> {
  const { facts, options } = work;
  const zoneName = zoneOf(work).name;
  const fresh = { domain: work.domain, zoneName, ownHostnames: null };
  const names = hostnamesOf(facts.site ?? fresh);
  if (facts.records === null) return unseen(work, names);
  const records = await settleInterrupted(work, facts.records);
  const views: HostView[] = names.map((host) => ({ host, state: dnsCover(host, zoneName, records) }));
  const missing = views.filter(({ state }) => state === 'missing').map(({ host }) => host);
  const wanted = missing.flatMap((host) => recordFor(host, views, work) ?? []);
  const agreed = options.dryRun === true ? [] : await agreedTo(wanted, work);
  const making = options.dryRun === true ? wanted.filter(({ named }) => named) : agreed;
  if (making.length > 0) requireWholeZone(work);
  const made: string[] = [];
  for (const record of agreed) {
    await createRecord(work, record);
    made.push(record.name);
  }
  const hosts = views.map((view) =>
    made.includes(view.host) ? { ...view, state: 'proxied' as const } : view,
  );
  const details = [...agreed.map((record) => `made ${textOf(record)}`), ...advice(hosts, wanted, work)];
  const advised = details.length > agreed.length;
  const status = made.length > 0 ? 'changed' : advised ? 'suggested' : 'ok';
  const message = hosts.map(({ host, state }) => `${host} ${SAID[state]}`).join(', ');
  return { status, message: `${message}.`, details, learned: { hosts, records } };
}

const SAID: Readonly<Record<HostView['state'], string>> = {
  proxied: 'is proxied',
  'dns-only': 'goes past Cloudflare (DNS only)',
  missing: 'has no record',
  unknown: 'was not looked at',
};

function unseen({ options }: Work, names: readonly string[]): StepEnd {
  const lacks = 'The token may not read DNS records';
  if (options.dnsTarget !== undefined) {
    throw new MaintError('permission-missing', `${lacks}: it lacks "Zone → DNS → Read".`, {
      hint: 'Give it "Zone → DNS → Edit", which --dns-target needs.',
    });
  }
  const hosts = names.map((host) => ({ host, state: 'unknown' as const }));
  return {
    status: 'suggested',
    message: `${lacks}: whether Cloudflare stands in front of ${names.join(' and ')} shows in the rehearsal.`,
    details: ['Give it "Zone → DNS → Read", so that setup and status can tell.'],
    learned: { hosts },
  };
}

interface WantedRecord extends NewDnsRecord {
  /** Whether the origin was named, so that nobody needs to be asked. */
  readonly named: boolean;
}

/** The record that a name lacks: at the origin that was named, or for `www` at the apex that is there. */
function recordFor(host: string, views: readonly HostView[], { options, domain }: Work): WantedRecord | null {
  if (options.dnsTarget !== undefined) {
    const { type, content } = readTarget(options.dnsTarget, host);
    return { type, name: host, content, proxied: true, named: true };
  }
  const apexIsThere = views.some((view) => view.host === domain && view.state === 'proxied');
  if (host !== `www.${domain}` || !apexIsThere) return null;
  return { type: 'CNAME', name: host, content: domain, proxied: true, named: false };
}

/** Which kind of record leads to an origin. @throws MaintError `usage` for what is neither address nor name */
export function readTarget(
  target: string,
  host?: string,
): { readonly type: string; readonly content: string } {
  const text = target.trim().replace(/^\[(.*)\]$/, '$1');
  if (isIPv4(text)) return { type: 'A', content: text };
  // An address with a zone (`fe80::1%eth0`) means something on one machine only.
  if (isIPv6(text) && !text.includes('%')) return { type: 'AAAA', content: canonicalContent('AAAA', text) };
  const content = domainName(text);
  if (content !== host) return { type: 'CNAME', content };
  throw new MaintError('usage', `${host} cannot be its own origin.`, {
    hint: 'Name the address of the server with --dns-target.',
  });
}

async function agreedTo(wanted: readonly WantedRecord[], { options }: Work): Promise<WantedRecord[]> {
  const agreed: WantedRecord[] = [];
  for (const record of wanted) {
    if (record.named || (await options.ask?.(`Make ${textOf(record)}?`)) === true) agreed.push(record);
  }
  return agreed;
}

async function createRecord(work: Work, { named: _named, ...wanted }: WantedRecord): Promise<void> {
  const { parts } = work;
  const zone = zoneOf(work);
  const mark = Buffer.from(parts.randomBytes(4)).toString('hex');
  const record: NewDnsRecord = { ...wanted, comment: `${COMMENT} (${mark})` };
  const { dns } = clientOf(work.facts);
  const making = { kind: 'dns-record' as const, subject: record.name, after: JSON.stringify(record) };
  await make(work, making, { send: () => dns.create(zone.id, record), remoteId: ({ id }) => id });
  note(work, { action: 'setup.dns', message: `Made ${textOf(record)}.` });
}

function textOf({ name, type, content }: NewDnsRecord): string {
  return `${name} ${type} ${content}, proxied`;
}

/** What is left for a person to do. */
function advice(hosts: readonly HostView[], wanted: readonly WantedRecord[], { options }: Work): string[] {
  return hosts.flatMap(({ host, state }) => {
    if (state === 'dns-only')
      return [`Proxy ${host} in the dashboard: setup never edits a record that is there.`];
    if (state !== 'missing') return [];
    const record = wanted.find(({ name }) => name === host);
    if (record === undefined) return [`--dns-target <ip-or-host> would make a record for ${host}.`];
    if (options.dryRun === true && record.named) return [`Would make ${textOf(record)}.`];
    return [
      `--dns-target <ip-or-host> would make ${host}; so would a yes, asked on a terminal, to ${textOf(record)}.`,
    ];
  });
}

/**
 * A run that died may have made a record without noting its id: the mark in its comment tells. What the list does not
 * show yet is waited for: it would be made twice. Returns the records as they were seen last.
 */
async function settleInterrupted(work: Work, records: readonly DnsRecord[]): Promise<readonly DnsRecord[]> {
  const { parts, options, facts } = work;
  const { dns } = clientOf(facts);
  let seen = records;
  for (const item of options.dryRun === true ? [] : openItems(work, 'dns-record')) {
    let looked = false;
    const found = await lookUntilShown(parts, item, LIST_LAG_MS, async () => {
      if (looked) seen = await dns.list(zoneOf(work).id);
      looked = true;
      return findMade(item.after, seen);
    });
    if (found === undefined) close(parts, item.id);
    else
      parts.store.setup.settle(item.id, { state: 'made', remoteId: found.id }, parts.clock().toISOString());
  }
  return seen;
}

/** The record that setup made, by all that it was given. */
export function findMade(after: string | null, records: readonly DnsRecord[]): DnsRecord | undefined {
  return records.find((record) => isAsMade(after, record));
}

/** Whether a record is still what setup made; `after` is the record as it was sent. Spelling is no change. */
export function isAsMade(after: string | null, record: DnsRecord): boolean {
  const made = { content: '', ...(JSON.parse(after ?? '{}') as Partial<NewDnsRecord>) };
  const fields = ['type', 'proxied', 'comment'] as const;
  return (
    fields.every((field) => made[field] === record[field]) &&
    canonicalName(made.name ?? '') === canonicalName(record.name) &&
    canonicalContent(record.type, made.content) === canonicalContent(record.type, record.content)
  );
}
