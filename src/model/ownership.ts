/**
 * Who may do what with a site, by what the catalogue says. It guards against mistakes: whoever has the token can do
 * at Cloudflare whatever the token may. What nobody owns is everybody's.
 */
import type { Site } from './site.js';
import type { Role } from './vocabulary.js';

type Owned = Pick<Site, 'owner' | 'shares'>;

/** Whether a user has what it takes. */
export type May = (site: Owned, user: string) => boolean;

/** Whether a site is shown to somebody: it is theirs, or shared with them in any way. */
export function maySee(site: Owned, user: string): boolean {
  return hasRole(site, user, ['viewer', 'operator', 'owner']);
}

/** Whether somebody may put a site in maintenance, check it and describe it: it is theirs, or theirs to operate. */
export function mayChange(site: Owned, user: string): boolean {
  return hasRole(site, user, ['operator', 'owner']);
}

/** Whether somebody may also give a site away: share it, forget it, change its owner or its token. */
export function mayGiveAway(site: Owned, user: string): boolean {
  return hasRole(site, user, ['owner']);
}

function hasRole({ owner, shares }: Owned, user: string, roles: readonly Role[]): boolean {
  if (owner === null || owner === user) return true;
  return shares.some((share) => share.user === user && roles.includes(share.role));
}

/** Why a site is not theirs to change, in a few words: `owned by bob, shared with ann as viewer`. */
export function standing({ owner, shares }: Owned, user: string): string {
  const share = shares.find((candidate) => candidate.user === user);
  const shared = share === undefined ? `not shared with ${user}` : `shared with ${user} as ${share.role}`;
  return `owned by ${owner}, ${shared}`;
}
