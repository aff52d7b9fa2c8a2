/** Which sites somebody sees, as conditions. */
import { type Condition, equal, holds, some } from './condition.js';

/** Those they own and those shared with them. */
export function sitesOf(user: string): Condition {
  return some(equal('owner', [user]), holds('sharedWith', [user]));
}

/** These, and what nobody owns, which is everybody's. */
export function seenBy(user: string): Condition {
  return some({ is: 'null', field: 'owner' }, sitesOf(user));
}
