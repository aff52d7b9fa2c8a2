/** Why no answer came, and whether the request can have arrived all the same. */
import { type ApiRequest, endpointOf, mutates } from './api-request.js';
import type { Cut } from './cut.js';
import { CloudflareError } from './errors.js';

/** Failures that come before a byte of the request could leave. */
const NEVER_SENT: ReadonlyMap<string, string> = new Map([
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection could be made in time'],
  ['ECONNREFUSED', 'the connection was refused'],
  ['ENOTFOUND', 'its name could not be resolved'],
  ['EAI_AGAIN', 'its name could not be resolved'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no network'],
  ['EADDRNOTAVAIL', 'there is no network'],
  ['CERT_HAS_EXPIRED', 'its certificate is not trusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is not trusted'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['UND_ERR_PRX_TLS', 'the certificate of the proxy is not trusted'],
]);

/**
 * The account of a missing answer. The original error is not attached: undici's errors may hold the request.
 */
export function noAnswer(error: unknown, request: ApiRequest, cut: Cut, deadline: number): CloudflareError {
  const facts = { status: null, endpoint: endpointOf(request), codes: [] };
  if (cut.reason === 'stopped') {
    return new CloudflareError('interrupted', `The run was stopped during ${facts.endpoint}.`, {
      ...facts,
      retryable: false,
      ambiguous: mutates(request),
    });
  }
  const code = codeOf(error);
  const early = cut.reason === null ? (NEVER_SENT.get(code) ?? refusedByProxy(error)) : undefined;
  const why =
    cut.reason === 'deadline'
      ? `it did not answer within ${deadline / 1000} s`
      : (early ?? `the connection broke before the answer was complete${code === '' ? '' : ` (${code})`}`);
  return new CloudflareError('remote-unreachable', `Cloudflare's API: ${why} (${facts.endpoint}).`, {
    ...facts,
    retryable: true,
    ambiguous: early === undefined && mutates(request),
    hint: 'Check the network, the proxy settings and https://www.cloudflarestatus.com, then try again.',
  });
}

function refusedByProxy(error: unknown): string | undefined {
  const status = error instanceof Error ? /^Proxy response \((\d{3})\)/.exec(error.message)?.[1] : undefined;
  return status === undefined ? undefined : `the proxy refused the connection with status ${status}`;
}

/** The code of a system or library error, or an empty text. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : '';
}
