/** What is told of tokens: everything but the tokens. */
import type { ErrorReport } from '../model/errors.js';
import type { Reason } from './choose-token.js';
import type { TokenFacts } from './token-folder.js';

export interface TokenReport {
  /** Null for the token of the command line or the environment. */
  readonly name: string | null;
  /** The flag, the variable or the file that it comes from. */
  readonly source: string;
  readonly kind: TokenFacts['kind'] | null;
  /** As Cloudflare says it, `active` for a good one; `expired` past its end; null where it was never asked. */
  readonly status: string | null;
  /** RFC 3339, or null for a token without an end. */
  readonly expiresOn: string | null;
  /** The last four characters, which tell it from others; null of a short or unreadable one. */
  readonly endsWith: string | null;
  readonly accounts: TokenFacts['accounts'];
  /** Catalogued sites that are bound to it. */
  readonly sites: number;
  /** When Cloudflare was last asked. */
  readonly checkedAt: string | null;
  readonly error: ErrorReport | null;
}

/** Which token serves an account now. */
export interface AccountService {
  readonly accountId: string;
  readonly accountName: string | null;
  /** A name, or where the one token given comes from; null where no token is known to serve it. */
  readonly token: string | null;
  readonly reason: Reason | 'given' | null;
  /** Catalogued sites of the account. */
  readonly sites: number;
}

export interface TokenOverview {
  readonly tokens: readonly TokenReport[];
  readonly accounts: readonly AccountService[];
}

/** A token shorter than this would be given away by its last characters. */
const SHORT = 20;

/** The last four characters, or null of a token that is too short to show any. */
export function lastFour(token: string): string | null {
  return token.length < SHORT ? null : token.slice(-4);
}

/** What a report says of Cloudflare's word; all null where it was never asked. */
export function reportedFacts(facts: TokenFacts | null, now: Date) {
  if (facts === null) return { kind: null, status: null, expiresOn: null, accounts: [], checkedAt: null };
  const past = facts.expiresOn !== null && Date.parse(facts.expiresOn) <= now.getTime();
  const { kind, expiresOn, accounts, checkedAt } = facts;
  return { kind, status: past ? 'expired' : facts.status, expiresOn, accounts, checkedAt };
}
