/** Page-style lists: `page`, `per_page` in; one slice and its `result_info` out. */
import { type Answer, refuse, succeed } from './envelope.js';

export interface PageRule {
  perPage: number;
  min: number;
  max: number;
}

/** GET /zones and GET /accounts: 20 a page, 5 to 50. Source: API schema of both endpoints. */
export const LIST_OF_TWENTY: PageRule = { perPage: 20, min: 5, max: 50 };

/** GET /zones/{id}/dns_records: 100 a page, up to five million. Source: API schema of the endpoint. */
export const LIST_OF_HUNDRED: PageRule = { perPage: 100, min: 1, max: 5_000_000 };

/**
 * Cuts the asked page out of a complete list.
 * @throws ApiRefusal 400 where `page` or `per_page` is no whole number in range; Cloudflare publishes the range,
 * not the code, so 1001 is this sandbox's choice.
 */
export function answerPage<T>(items: readonly T[], query: URLSearchParams, rule: PageRule): Answer {
  const page = wholeNumber(query, 'page', 1, 1, Number.MAX_SAFE_INTEGER);
  const perPage = wholeNumber(query, 'per_page', rule.perPage, rule.min, rule.max);
  const slice = items.slice((page - 1) * perPage, page * perPage);
  return succeed(slice, {
    page,
    per_page: perPage,
    count: slice.length,
    total_count: items.length,
    total_pages: Math.ceil(items.length / perPage),
  });
}

function wholeNumber(
  query: URLSearchParams,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw refuse(400, 1001, `Invalid value for ${name}: must be between ${min} and ${max}`);
  }
  return value;
}
