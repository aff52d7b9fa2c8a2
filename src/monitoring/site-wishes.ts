/** What the targets of a site wish, joined to what should be done about the site. Pure. */
import type { Target } from '../model/target.js';
import type { Decision } from './decide.js';

/** A target that was checked in this pass, with what came of it. */
export interface Decided {
  readonly target: Target;
  readonly decision: Decision;
}

export interface SiteWish {
  readonly domain: string;
  readonly action: 'enable' | 'disable';
  readonly reason: string;
  /** The targets that stand behind it. */
  readonly targetIds: readonly number[];
}

/**
 * One target that is down is enough to put the page up; to lift it, all must be well, and none may be there that
 * puts a page up but leaves lifting to people.
 *
 * @param decided what this pass checked
 * @param siblings every target of the same sites, as it stands after the pass
 * @returns sorted by domain
 */
export function siteWishes(decided: readonly Decided[], siblings: readonly Target[]): SiteWish[] {
  const wishes = new Map<string, SiteWish>();
  for (const { target, decision } of decided) {
    if (decision.wish === null) continue;
    if (decision.wish === 'disable' && siblings.some((other) => objects(target, other))) continue;
    const known = wishes.get(target.domain);
    if (known === undefined || (known.action === 'disable' && decision.wish === 'enable')) {
      const reason = reasonOf(target, decision);
      wishes.set(target.domain, { ...pick(target, decision.wish), reason });
    } else if (known.action === decision.wish) {
      wishes.set(target.domain, { ...known, targetIds: [...known.targetIds, target.id] });
    }
  }
  return [...wishes.values()].sort((a, b) => (a.domain < b.domain ? -1 : 1));
}

function objects(target: Target, other: Target): boolean {
  if (other.id === target.id || other.domain !== target.domain) return false;
  return other.standing.state !== 'up' || (other.autoEnable && !other.autoDisable);
}

function pick({ domain, id }: Target, action: SiteWish['action']) {
  return { domain, action, targetIds: [id] };
}

function reasonOf({ url }: Target, { reasons }: Decision): string {
  return `${url}: ${reasons.join(' ')}`;
}
