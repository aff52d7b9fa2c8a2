/** Writes into the log what guards refused, and what was done in spite of them. */
import { type May, mayChange, standing } from '../model/ownership.js';
import type { Site } from '../model/site.js';
import type { Store } from '../store/store.js';
import { foreignSites } from './guard.js';

export interface Refused {
  readonly command: string;
  readonly actor: string;
  readonly runId: string | null;
  readonly sites: readonly Site[];
  /** The sentences of the guards. */
  readonly refusals: readonly string[];
  readonly at: Date;
  /** What the actor would need; by default to operate the site. */
  readonly may?: May;
}

/** One entry for each site of somebody else, so that its own log shows it, and one for every other guard. */
export function logGuard(store: Store, ending: 'refused' | 'overridden', refused: Refused): void {
  const { command, actor, runId, sites, at, may = mayChange } = refused;
  const foreign = sites.filter((site) => !may(site, actor));
  const ofOwner = foreignSites(sites, actor, may);
  const others = refused.refusals.filter((sentence) => sentence !== ofOwner);
  const entry = {
    at: at.toISOString(),
    level: 'warning' as const,
    action: `guard.${ending}`,
    actor,
    eventId: null,
    runId,
  };
  store.log.write([
    ...foreign.map((site) => ({
      ...entry,
      domain: site.domain,
      message: `${command}: ${standing(site, actor)}.`,
    })),
    ...others.map((sentence) => ({ ...entry, domain: null, message: `${command}: ${sentence}` })),
  ]);
}
