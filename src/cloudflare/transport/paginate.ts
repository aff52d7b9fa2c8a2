/** Lists that come in pages. */
import * as z from 'zod';
import type { ApiRequest } from './api-request.js';
import { endpointOf } from './api-request.js';
import { CloudflareError } from './errors.js';
import type { Page, Transport } from './transport.js';

/** Past this many pages something is wrong with the server, not with the user. */
const MOST_PAGES = 1000;

/**
 * Every item of a paged list, once each. Reads until Cloudflare's count is reached, or, where it tells no
 * count, until an empty page. Items that slip onto the next page while it reads are kept once.
 * @throws CloudflareError `remote-unreadable` where the list cannot be complete.
 */
export async function listAll<T extends { readonly id: string }>(
  transport: Transport,
  request: ApiRequest,
  item: z.ZodType<T>,
  perPage: number,
): Promise<readonly T[]> {
  const items = new Map<string, T>();
  const schema = z.array(item);
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { ...request.query, page, per_page: perPage };
    const answer = await transport.page({ ...request, query }, schema);
    const before = items.size;
    for (const one of answer.result) items.set(one.id, one);
    if (isLast(answer, page, perPage)) return [...items.values()];
    // Nothing new on a full page: the server ignores `page`. Without a count that was the whole list.
    if (items.size === before) {
      if (answer.info?.total_count === undefined) return [...items.values()];
      throw incomplete(
        request,
        `it sent the same page twice, ${items.size} of ${answer.info.total_count} items`,
      );
    }
  }
  throw incomplete(request, `it goes on after ${MOST_PAGES} pages`);
}

/** Every item of a list that comes in one piece. */
export async function listOnce<T extends { readonly id: string }>(
  transport: Transport,
  request: ApiRequest,
  item: z.ZodType<T>,
): Promise<readonly T[]> {
  // An empty list is null in places.
  const found = await transport.call(request, z.array(item).nullable());
  return [...new Map((found ?? []).map((one) => [one.id, one])).values()];
}

function isLast(answer: Page<readonly unknown[]>, page: number, perPage: number): boolean {
  if (answer.result.length === 0) return true;
  const total = answer.info?.total_count;
  // The server may allow fewer on a page than was asked for.
  return total !== undefined && page * (answer.info?.per_page ?? perPage) >= total;
}

function incomplete(request: ApiRequest, why: string): CloudflareError {
  const endpoint = endpointOf(request);
  return new CloudflareError('remote-unreadable', `Cloudflare's list cannot be read: ${why} (${endpoint}).`, {
    status: 200,
    endpoint,
    codes: [],
    hint: 'Try again later.',
    retryable: false,
    ambiguous: false,
  });
}
