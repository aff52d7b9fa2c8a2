/** DNS records of a zone. */
import * as z from 'zod';
import { canonicalContent, canonicalName } from '../../model/dns-content.js';
import type { CloudflareApi, DnsRecord, NewDnsRecord } from '../api.js';
import { type ApiRequest, path } from '../transport/api-request.js';
import { CloudflareError, hasCode, isGone } from '../transport/errors.js';
import { listAll } from '../transport/paginate.js';
import { PERMISSION } from '../transport/permissions.js';
import type { Transport } from '../transport/transport.js';

/** Far below what Cloudflare allows: a page of this size stays well under a mebibyte. */
const PER_PAGE = 500;

/** "Exists already", in the words of the DNS API. */
const DUPLICATES = [81053, 81054, 81057, 81058] as const;

const record = z
  .looseObject({
    id: z.string().min(1),
    type: z.string(),
    name: z.string(),
    content: z.string().default(''),
    proxied: z.boolean().default(false),
    ttl: z.number().default(1),
    comment: z.string().nullish(),
  })
  .transform((found): DnsRecord => ({ ...found, comment: found.comment ?? null }));

export function dnsOf(transport: Transport): CloudflareApi['dns'] {
  const list = (zoneId: string, filter: Readonly<Record<string, string>> = {}) => {
    const request: ApiRequest = {
      method: 'GET',
      path: path`/zones/${zoneId}/dns_records`,
      query: filter,
      permission: PERMISSION.dnsRead,
    };
    return listAll(transport, request, record, PER_PAGE);
  };

  return {
    list: (zoneId) => list(zoneId),

    async create(zoneId, wanted) {
      const request: ApiRequest = {
        method: 'POST',
        path: path`/zones/${zoneId}/dns_records`,
        json: { ttl: 1, ...wanted },
        permission: PERMISSION.dnsEdit,
      };
      const readBack = async () =>
        (await list(zoneId, { name: wanted.name, type: wanted.type })).find((found) => isSame(found, wanted));
      try {
        return await transport.call(request, record, readBack);
      } catch (error) {
        // After a lost answer the record that stands in the way may be the one that was wanted.
        const lost = error instanceof CloudflareError && error.code === 'outcome-unknown';
        const own = lost && hasCode(error, ...DUPLICATES) ? await readBack() : undefined;
        if (own === undefined) throw error;
        return own;
      }
    },

    async delete(zoneId, recordId) {
      try {
        await transport.run({
          method: 'DELETE',
          path: path`/zones/${zoneId}/dns_records/${recordId}`,
          permission: PERMISSION.dnsEdit,
        });
        return 'deleted';
      } catch (error) {
        if (isGone(error)) return 'missing';
        throw error;
      }
    },
  };
}

/** Cloudflare may spell what it was sent in another way: an IPv6 address shorter, a name without its last dot. */
function isSame(found: DnsRecord, wanted: NewDnsRecord): boolean {
  return (
    found.type === wanted.type &&
    canonicalName(found.name) === canonicalName(wanted.name) &&
    canonicalContent(found.type, found.content) === canonicalContent(wanted.type, wanted.content)
  );
}
