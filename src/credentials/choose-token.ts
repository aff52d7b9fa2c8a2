/** Which named token serves what: pure. */

/** A token by its name, with the accounts it was seen to serve; null where nobody has asked yet. */
export interface KnownToken {
  readonly name: string;
  readonly accounts: readonly string[] | null;
}

export interface Asked {
  /** The tokens of the zone's sites, most sites first: the first is theirs, and none stands in for it. */
  readonly own: readonly string[];
  /** The tokens of other sites that the call is also for, nearest first: the first that is there serves. */
  readonly near: readonly string[];
  readonly accountId: string;
}

/** Why a token is taken. */
export type Reason = 'site' | 'account' | 'only' | 'default';

export interface Choice {
  readonly name: string;
  readonly reason: Reason;
}

/** The name that stands in wherever nothing else decides. */
export const DEFAULT_TOKEN = 'default';

/**
 * The token of the site, else that of sites nearby, else one that was seen to serve the account, else the only one
 * or the one called `default`; null where none of these is there. A site's token is taken even where it is not
 * there: another one must not stand in for it unnoticed.
 */
export function chooseToken({ own, near, accountId }: Asked, tokens: readonly KnownToken[]): Choice | null {
  const [bound] = own;
  if (bound !== undefined) return { name: bound, reason: 'site' };
  const there = near.find((name) => tokens.some((token) => token.name === name));
  if (there !== undefined) return { name: there, reason: 'site' };
  const serving = tokens.filter(({ accounts }) => accounts?.includes(accountId));
  const seen = defaultAmong(serving) ?? serving[0];
  if (seen !== undefined) return { name: seen.name, reason: 'account' };
  // Sites that are bound to a token that is gone are not served by one that nobody saw in their account.
  const [gone] = near;
  return gone === undefined ? standIn(tokens) : { name: gone, reason: 'site' };
}

/** The token where no account is known yet. */
export function standIn(tokens: readonly KnownToken[]): Choice | null {
  const [only, ...others] = tokens;
  if (only !== undefined && others.length === 0) return { name: only.name, reason: 'only' };
  return defaultAmong(tokens) === undefined ? null : { name: DEFAULT_TOKEN, reason: 'default' };
}

function defaultAmong(tokens: readonly KnownToken[]): KnownToken | undefined {
  return tokens.find(({ name }) => name === DEFAULT_TOKEN);
}
