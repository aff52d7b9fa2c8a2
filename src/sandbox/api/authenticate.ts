/** Who is calling: the Authorization header to a token of the state. */
import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxState, SandboxToken } from '../state.js';
import { ApiRefusal } from './envelope.js';

/** Old tokens are 40 characters; those since 2026 carry a prefix and a checksum. Source: docs, "Token formats". */
const BEARER = /^Bearer ([A-Za-z0-9_-]{40,100})$/;

/**
 * Finds the token of a request.
 * @returns the token in whatever status, or null where the value is well formed but unknown
 * @throws ApiRefusal 400 code 6003 with its chain where there is no header, or it cannot be a token
 */
export function identify(state: SandboxState, headers: IncomingHttpHeaders): SandboxToken | null {
  const authorization = headers.authorization;
  if (authorization === undefined && headers['x-auth-key'] !== undefined) {
    throw malformedHeader(6103, 'Invalid format for X-Auth-Key header');
  }
  const value = BEARER.exec(authorization ?? '')?.[1];
  if (value === undefined) throw malformedHeader(6111, 'Invalid format for Authorization header');
  return state.tokens.get(value) ?? null;
}

/**
 * The status at this moment: a token whose date has passed is expired whatever it says.
 * @param now milliseconds since 1970
 */
export function tokenStatus(token: SandboxToken, now: number): SandboxToken['status'] {
  if (token.status === 'active' && token.expiresOn !== null && Date.parse(token.expiresOn) <= now)
    return 'expired';
  return token.status;
}

function malformedHeader(code: number, message: string): ApiRefusal {
  return new ApiRefusal(400, [
    { code: 6003, message: 'Invalid request headers', error_chain: [{ code, message }] },
  ]);
}
