/** Zones: the domains that a token sees. */
import * as z from 'zod';
import type { CloudflareApi, Zone } from '../api.js';
import { path } from '../transport/api-request.js';
import { listAll } from '../transport/paginate.js';
import { PERMISSION } from '../transport/permissions.js';
import type { Transport } from '../transport/transport.js';

/** The most zones on a page (Cloudflare API reference, List Zones). */
const PER_PAGE = 50;

const zone = z
  .looseObject({
    id: z.string().min(1),
    name: z.string().min(1),
    status: z.string().default('unknown'),
    paused: z.boolean().default(false),
    type: z.string().default('full'),
    account: z.looseObject({ id: z.string().min(1), name: z.string().default('') }),
    plan: z.looseObject({ legacy_id: z.string().nullish() }).nullish(),
  })
  .transform((found): Zone => ({ ...found, planName: found.plan?.legacy_id ?? null }));

export function zonesOf(transport: Transport): CloudflareApi['zones'] {
  return {
    list(query = {}) {
      const filter = {
        ...(query.name === undefined ? {} : { name: query.name }),
        ...(query.accountId === undefined ? {} : { 'account.id': query.accountId }),
      };
      const request = {
        method: 'GET',
        path: '/zones',
        query: filter,
        permission: PERMISSION.zoneRead,
      } as const;
      return listAll(transport, request, zone, PER_PAGE);
    },
    get(zoneId) {
      return transport.call(
        { method: 'GET', path: path`/zones/${zoneId}`, permission: PERMISSION.zoneRead },
        zone,
      );
    },
  };
}
