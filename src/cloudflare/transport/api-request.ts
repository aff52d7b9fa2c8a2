/** A request to the API as plain data. */
import type { FormData } from 'undici';
import { MaintError } from '../../model/errors.js';
import type { Permission } from './permissions.js';

/** Largest answers, in bytes after decoding. */
export const PAGE_BYTES = 1 << 20;
export const LIST_BYTES = 16 << 20;

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base address; ids in it are already escaped, see `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly json?: unknown;
  /** Made anew for every attempt: a form can be read once. */
  readonly form?: () => Promise<FormData>;
  /** What the token needs for this, for the error message. */
  readonly permission?: Permission;
  /** Whether sending it twice is as good as once. Default: true for all but POST and PATCH. */
  readonly repeatable?: boolean;
  /** True for a question about the token itself: its refusal says nothing about other calls. */
  readonly probesToken?: boolean;
  /** Largest answer in bytes; default `PAGE_BYTES`. */
  readonly largest?: number;
}

/**
 * Joins a path from literal text and ids, each id escaped, so that none can lead to another endpoint.
 * @example path`/zones/${zoneId}/workers/routes`
 */
export function path(literals: TemplateStringsArray, ...ids: readonly string[]): string {
  return literals.reduce((joined, literal, index) => `${joined}${segment(ids[index - 1] ?? '')}${literal}`);
}

function segment(id: string): string {
  if (id === '' || id === '.' || id === '..')
    throw new MaintError('internal', `"${id}" is no Cloudflare id.`);
  return encodeURIComponent(id);
}

export function endpointOf(request: ApiRequest): string {
  return `${request.method} ${request.path}`;
}

export function mutates(request: ApiRequest): boolean {
  return request.method !== 'GET';
}

export function isRepeatable(request: ApiRequest): boolean {
  return request.repeatable ?? (request.method !== 'POST' && request.method !== 'PATCH');
}
