/** Accounts that a token belongs to. */
import * as z from 'zod';
import type { CloudflareApi } from '../api.js';
import { listAll } from '../transport/paginate.js';
import { PERMISSION } from '../transport/permissions.js';
import type { Transport } from '../transport/transport.js';

/** The most accounts on a page (Cloudflare API reference, List Accounts). */
const PER_PAGE = 50;

const account = z.looseObject({ id: z.string().min(1), name: z.string().default('') });

export function accountsOf(transport: Transport): CloudflareApi['accounts'] {
  return {
    list() {
      const request = { method: 'GET', path: '/accounts', permission: PERMISSION.accountRead } as const;
      return listAll(transport, request, account, PER_PAGE);
    },
  };
}
