/** Refuses runs that would hurt: pure. `--force` overrides every one of these. */

import { counted, nameSome } from '../model/counted.js';
import { type May, mayChange, mayGiveAway } from '../model/ownership.js';
import type { EnablePlan, SitePlan } from '../model/plan.js';
import type { Site } from '../model/site.js';
import type { ExistingRoutes } from '../model/vocabulary.js';

export interface GuardInput {
  readonly sites: readonly Site[];
  readonly actor: string;
  readonly maxSites: number | null;
  /** Whether it was asked for in advance by somebody who may change the sites. */
  readonly standingOrder?: boolean | undefined;
}

/** Each refusal is a sentence that holds the numbers and the way out. */
export function guardRun(input: GuardInput): string[] {
  const refusals: string[] = [];
  if (input.maxSites !== null && input.sites.length > input.maxSites) {
    refusals.push(`${input.sites.length} sites are selected, but --max-sites allows ${input.maxSites}.`);
  }
  const foreign = input.standingOrder ? null : foreignSites(input.sites, input.actor);
  if (foreign !== null) refusals.push(foreign);
  return refusals;
}

/** The sentence that refuses sites that are not the actor's to change; null where there are none. */
export function foreignSites(sites: readonly Site[], actor: string, may: May = mayChange): string | null {
  const foreign = sites.filter((site) => !may(site, actor));
  if (foreign.length === 0) return null;
  const names = foreign.map((site) => `${site.domain} (${site.owner})`);
  const whom = may === mayGiveAway ? `${actor} as owner` : actor;
  return `Owned by somebody else and not shared with ${whom}: ${nameSome(names)}.`;
}

/** With `--existing-routes fail`, now or when the event began: refuses to take over routes of others. */
export function guardExistingRoutes(
  plan: Pick<EnablePlan, 'sites'>,
  existingRoutesOf: (eventId: string) => ExistingRoutes,
): string[] {
  const strict = plan.sites.filter(({ eventId }) => eventId !== null && existingRoutesOf(eventId) === 'fail');
  const taking = strict.flatMap((site: SitePlan) =>
    site.changes.filter((change) => change.action === 'take-over-route').map((change) => change.pattern),
  );
  if (taking.length === 0) return [];
  const shown = taking.slice(0, 5).join(', ') + (taking.length > 5 ? ` and ${taking.length - 5} more` : '');
  return [`--existing-routes fail: ${counted(taking.length, 'route')} of others in the way: ${shown}.`];
}
