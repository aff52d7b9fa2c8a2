/** Settings of a zone, for example `ssl` (Cloudflare API reference, Zone settings). */
import * as z from 'zod';
import type { CloudflareApi } from '../api.js';
import { path } from '../transport/api-request.js';
import { PERMISSION } from '../transport/permissions.js';
import type { Transport } from '../transport/transport.js';

const setting = z.looseObject({ id: z.string(), value: z.unknown() });

export function settingsOf(transport: Transport): CloudflareApi['settings'] {
  return {
    async get(zoneId, name) {
      const found = await transport.call(
        { method: 'GET', path: path`/zones/${zoneId}/settings/${name}`, permission: PERMISSION.settingsRead },
        setting,
      );
      return found.value;
    },
    async update(zoneId, name, value) {
      const found = await transport.call(
        {
          method: 'PATCH',
          path: path`/zones/${zoneId}/settings/${name}`,
          json: { value },
          repeatable: true,
          permission: PERMISSION.settingsEdit,
        },
        setting,
      );
      return found.value;
    },
  };
}
