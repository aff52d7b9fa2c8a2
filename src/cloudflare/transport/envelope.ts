/** The JSON envelope around every answer of the API, opened and checked. */
import * as z from 'zod';
import type { ApiRequest } from './api-request.js';
import { unreadable } from './foreign-answer.js';
import { parseJson, refusal } from './refusal.js';
import type { Quote } from './remote-text.js';
import type { Answer } from './request.js';

const pageInfo = z.looseObject({
  page: z.number().optional(),
  per_page: z.number().optional(),
  total_count: z.number().optional(),
  total_pages: z.number().optional(),
});

export type PageInfo = z.infer<typeof pageInfo>;

const envelope = z.looseObject({
  success: z.boolean(),
  result: z.unknown().optional(),
  result_info: z.unknown().optional(),
});

export interface Envelope {
  readonly result: unknown;
  /** null where the answer is not paged, or says so in a way that nobody can read. */
  readonly page: PageInfo | null;
}

/**
 * The content of an answer.
 * @throws CloudflareError for a refusal, and for anything that is not an answer of this API.
 */
export function readEnvelope(answer: Answer, request: ApiRequest, quote: Quote): Envelope {
  const text = answer.body.toString('utf8');
  const fine = answer.status >= 200 && answer.status < 300;
  // Deletions are answered with no body at all in places; 204 and 205 never have one.
  const mayBeEmpty = answer.status === 204 || answer.status === 205 || request.method === 'DELETE';
  if (fine && text === '' && mayBeEmpty) return { result: null, page: null };
  const json = parseJson(text);
  const parsed = envelope.safeParse(json);
  if (!fine || (parsed.success && !parsed.data.success)) throw refusal(answer, request, quote);
  if (!parsed.success) throw unreadable(answer, request, quote);
  const page = pageInfo.safeParse(parsed.data.result_info);
  return { result: parsed.data.result, page: page.success ? page.data : null };
}

/** Checks what is in the envelope; an answer of a wrong shape is as good as none. */
export function readResult<T>(
  schema: z.ZodType<T>,
  result: unknown,
  answer: Answer,
  request: ApiRequest,
  quote: Quote,
): T {
  const parsed = schema.safeParse(result);
  if (!parsed.success) throw unreadable(answer, request, quote);
  return parsed.data;
}
