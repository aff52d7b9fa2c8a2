/** The API token: checked before it is sent, and never shown. */
import { createHash } from 'node:crypto';
import { MaintError } from '../../model/errors.js';

/** The prefix of tokens that belong to an account (Cloudflare docs, Fundamentals → API → Token formats). */
const ACCOUNT_PREFIX = 'cfat_';

/**
 * The token without surrounding whitespace.
 * @throws MaintError `token-missing`, or `token-invalid` where it could never be a header: a pasted quotation
 * mark of a word processor, a line break or a blank inside.
 */
export function cleanToken(raw: string): string {
  const token = raw.trim();
  if (token === '') {
    throw new MaintError('token-missing', 'There is no Cloudflare API token.', {
      hint: 'Set CLOUDFLARE_API_TOKEN.',
    });
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new MaintError('token-invalid', 'The API token has a blank or a character that no token has.', {
      hint: 'Copy the token again, alone, without quotation marks or the word Bearer.',
    });
  }
  return token;
}

/** The name under which a token's budget is kept: tells tokens apart and gives none away. */
export function bucketOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

export function belongsToAccount(token: string): boolean {
  return token.startsWith(ACCOUNT_PREFIX);
}
