/** Whether the token is good. */
import * as z from 'zod';
import type { CloudflareApi, TokenStatus } from '../api.js';
import { type ApiRequest, path } from '../transport/api-request.js';
import { CloudflareError } from '../transport/errors.js';
import type { Transport } from '../transport/transport.js';

const status = z.looseObject({
  id: z.string(),
  status: z.string(),
  expires_on: z.string().nullish(),
});

export function tokensOf(transport: Transport): CloudflareApi['tokens'] {
  const ask = async (kind: TokenStatus['kind'], url: string): Promise<TokenStatus> => {
    const request: ApiRequest = { method: 'GET', path: url, probesToken: true };
    const found = await transport.call(request, status);
    return { id: found.id, status: found.status, kind, expiresOn: found.expires_on ?? null };
  };

  /**
   * The user endpoint refuses a good token of an account just as it refuses a bad one (Cloudflare docs,
   * Fundamentals → API → Account-owned tokens), so its refusal alone proves nothing.
   */
  return {
    async verify(accountId) {
      let refused: CloudflareError | null = null;
      if (!transport.tokenIsOfAccount) {
        try {
          return await ask('user', '/user/tokens/verify');
        } catch (error) {
          if (!isRefusal(error)) throw error;
          refused = error;
        }
      }
      const account = accountId ?? (await accountOfFirstZone(transport));
      if (account === null) throw unproven(refused);
      try {
        return await ask('account', path`/accounts/${account}/tokens/verify`);
      } catch (error) {
        throw isRefusal(error) ? unproven(error) : error;
      }
    },
  };
}

/** What a proxy or a sign-in page in between answers says nothing about the token. */
function isRefusal(error: unknown): error is CloudflareError {
  if (!(error instanceof CloudflareError) || error.code === 'remote-unreadable') return false;
  return error.status !== null && error.status < 500 && !error.retryable;
}

async function accountOfFirstZone(transport: Transport): Promise<string | null> {
  const zones = z.array(z.looseObject({ account: z.looseObject({ id: z.string().min(1) }) }));
  const request: ApiRequest = { method: 'GET', path: '/zones', query: { per_page: 5 }, probesToken: true };
  try {
    return (await transport.call(request, zones))[0]?.account.id ?? null;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

function unproven(refused: CloudflareError | null): CloudflareError {
  return new CloudflareError('token-invalid', 'Cloudflare does not accept the API token.', {
    status: refused?.status ?? null,
    endpoint: refused?.endpoint ?? 'GET /user/tokens/verify',
    codes: refused?.codes ?? [],
    ray: refused?.ray,
    hint: 'If it belongs to an account, not to a user, set CLOUDFLARE_ACCOUNT_ID too; else make a new token.',
    retryable: false,
    ambiguous: false,
  });
}
