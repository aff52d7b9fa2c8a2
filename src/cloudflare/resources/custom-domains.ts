/** Hostnames that Workers serve as a whole (Cloudflare API reference, Worker Domains). */
import * as z from 'zod';
import type { CloudflareApi } from '../api.js';
import { LIST_BYTES, path } from '../transport/api-request.js';
import { listOnce } from '../transport/paginate.js';
import { PERMISSION } from '../transport/permissions.js';
import type { Transport } from '../transport/transport.js';

const domain = z.looseObject({
  id: z.string().min(1),
  hostname: z.string().min(1),
  service: z.string().default(''),
});

export function customDomainsOf(transport: Transport): CloudflareApi['customDomains'] {
  return {
    async list(accountId) {
      const request = {
        method: 'GET',
        path: path`/accounts/${accountId}/workers/domains`,
        largest: LIST_BYTES,
        permission: PERMISSION.scriptsRead,
      } as const;
      const found = await listOnce(transport, request, domain);
      return found.map(({ hostname, service }) => ({ hostname: hostname.toLowerCase(), service }));
    },
  };
}
