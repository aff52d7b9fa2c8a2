/** A zone in memory that routes are changed in, with a journal of the changes: what `apply` does, made plain. */
import type { Claim } from '../../../src/maintenance/claims.js';
import { claimsOf } from '../../../src/maintenance/claims.js';
import { planDisable } from '../../../src/maintenance/plan-disable.js';
import { planEnable } from '../../../src/maintenance/plan-enable.js';
import type { Operation } from '../../../src/model/operation.js';
import type { Change, SitePlan } from '../../../src/model/plan.js';
import { bodyOf, type Route } from '../../../src/model/route.js';
import { coveringPatterns, type Site } from '../../../src/model/site.js';
import { EVENT, observation, operation, SCRIPT, zoneView } from '../../support/builders.js';

/**
 * How far a change came: answered, applied without the answer being seen, or lost on the way; the last two as
 * the run left them in the journal.
 */
export type Fate =
  | 'done'
  | 'applied-unknown'
  | 'applied-intended'
  | 'lost-intended'
  | 'lost-unknown'
  | 'failed';

export class ModelZone {
  readonly journal: Operation[] = [];
  #nextId = 1;

  constructor(
    readonly site: Site,
    public routes: readonly Route[],
  ) {}

  planEnable(): SitePlan {
    const { sites } = planEnable({
      sites: [this.site],
      observation: observation([zoneView(this.site.zoneName, this.routes)]),
      existingRoutesOf: () => 'take-over',
      onLimitOf: () => null,
      eventId: EVENT,
      scriptOf: () => SCRIPT,
    });
    return sites[0] as SitePlan;
  }

  planDisable(claims: readonly Claim[] = claimsOf(this.journal)): SitePlan {
    const { domain, accountId, zoneId, zoneName } = this.site;
    const patterns = coveringPatterns(this.site);
    const holding = { domain, accountId, zoneId, zoneName, patterns, eventId: EVENT, claims };
    return planDisable(holding, this.routes, 'report');
  }

  /** Makes the changes of a plan, each as far as its fate lets it come; fates are repeated where there are few. */
  apply({ changes }: SitePlan, fates: readonly Fate[] = ['done']): void {
    for (const [index, change] of changes.entries())
      this.#applyOne(change, fates[index % fates.length] ?? 'done');
  }

  #applyOne(change: Change, fate: Fate): void {
    const [reached, state] = fate.includes('-')
      ? fate.split('-')
      : [fate === 'done' ? 'applied' : 'lost', fate];
    const after = reached === 'applied' ? this.#put(change) : change.after;
    this.journal.push(
      operation(change, {
        id: this.journal.length + 1,
        state: state as Operation['state'],
        after: state === 'done' ? after : change.after,
      }),
    );
  }

  #put({ routeId, after }: Change): Route | null {
    const rest = this.routes.filter(({ id }) => id !== routeId);
    if (after === null) {
      this.routes = rest;
      return null;
    }
    const route = { ...bodyOf(after), id: routeId ?? `made ${this.#nextId++}` };
    this.routes = [...rest, route];
    return route;
  }
}
