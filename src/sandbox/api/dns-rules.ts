/** Which DNS records may be written, and which exclude each other. Codes as Cloudflare's API answers them. */
import { isIPv4, isIPv6 } from 'node:net';
import type { SandboxDnsRecord } from '../state.js';
import { refuse } from './envelope.js';

type RecordFields = Omit<SandboxDnsRecord, 'id' | 'createdOn' | 'modifiedOn'>;

const ADDRESSES = ['A', 'AAAA', 'CNAME'];
const TYPES = [...ADDRESSES, 'CAA', 'HTTPS', 'MX', 'NS', 'PTR', 'SRV', 'SVCB', 'TXT', 'TLSA', 'URI'];

/**
 * Reads a record; a name outside the zone is taken to be relative to it, `@` is the zone itself.
 * @throws ApiRefusal 400 code 9000 bad name, 9004 not proxiable, 9005 bad content, 9021 bad TTL, 1004 bad type
 */
export function readRecord(body: Record<string, unknown>, zoneName: string): RecordFields {
  const { type, name, content, ttl = 1, proxied = false, comment = null, tags = [], priority } = body;
  if (typeof type !== 'string' || !TYPES.includes(type)) throw refuse(400, 1004, 'DNS Validation Error');
  if (typeof name !== 'string' || name === '') throw refuse(400, 9000, 'DNS name is invalid.');
  if (typeof content !== 'string' || !contentFits(type, content)) {
    throw refuse(400, 9005, `Content for ${type} record is invalid.`);
  }
  if (typeof ttl !== 'number' || (ttl !== 1 && (ttl < 60 || ttl > 86_400))) {
    throw refuse(400, 9021, 'TTL must be between 60 and 86400 seconds, or 1 for Automatic.');
  }
  if (typeof proxied !== 'boolean' || (proxied && !ADDRESSES.includes(type))) {
    throw refuse(400, 9004, 'This record type cannot be proxied.');
  }
  return {
    type,
    name: fullName(name.toLowerCase(), zoneName),
    content,
    ttl: proxied ? 1 : ttl,
    proxied,
    comment: typeof comment === 'string' ? comment : null,
    tags: Array.isArray(tags) ? tags.map(String) : [],
    ...(typeof priority === 'number' ? { priority } : {}),
  };
}

/**
 * @param others records of the zone, without the one that is being changed
 * @throws ApiRefusal 400 code 81058 same record, 81054 a CNAME is there, 81053 the new CNAME meets an address
 */
export function checkConflicts(others: readonly SandboxDnsRecord[], fields: RecordFields): void {
  const sameName = others.filter(({ name }) => name === fields.name);
  if (sameName.some(({ type, content }) => type === fields.type && content === fields.content)) {
    throw refuse(400, 81058, 'An identical record already exists.');
  }
  if (!ADDRESSES.includes(fields.type)) return;
  if (fields.type === 'CNAME' && sameName.some(({ type }) => ADDRESSES.includes(type))) {
    throw refuse(400, 81053, 'An A, AAAA, or CNAME record with that host already exists.');
  }
  if (sameName.some(({ type }) => type === 'CNAME')) {
    throw refuse(400, 81054, 'A CNAME record with that host already exists.');
  }
}

function contentFits(type: string, content: string): boolean {
  if (type === 'A') return isIPv4(content);
  if (type === 'AAAA') return isIPv6(content);
  return content !== '';
}

function fullName(name: string, zoneName: string): string {
  if (name === '@' || name === zoneName) return zoneName;
  return name.endsWith(`.${zoneName}`) ? name : `${name}.${zoneName}`;
}
