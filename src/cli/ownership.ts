/** Changes of the catalogue that touch sites of somebody else: refused unless forced, and either way recorded. */
import { foreignSites } from '../maintenance/guard.js';
import { logGuard } from '../maintenance/guard-log.js';
import { MaintError } from '../model/errors.js';
import { type May, mayChange } from '../model/ownership.js';
import type { Site } from '../model/site.js';
import type { Store } from '../store/store.js';
import type { Context } from './command.js';
import type { Flags } from './flags.js';

export interface Change {
  /** As the log names it: `site.edit`. */
  readonly action: string;
  readonly sites: readonly Site[];
  /** What the actor needs; by default to operate the sites. */
  readonly may?: May;
}

/** @throws MaintError `guard-refused` for sites of somebody else without `--force` */
export function requireAllowed(change: Change, flags: Flags, store: Store, context: Context): void {
  const { actor } = context.config();
  const { action, sites, may = mayChange } = change;
  const refusal = foreignSites(sites, actor, may);
  if (refusal === null) return;
  const forced = flags.on('force');
  logGuard(store, forced ? 'overridden' : 'refused', {
    command: action,
    actor,
    runId: null,
    sites,
    refusals: [refusal],
    at: context.terminal.now(),
    may,
  });
  if (forced) {
    context.warn(`Overridden: ${refusal}`);
    return;
  }
  throw new MaintError('guard-refused', refusal, {
    hint: "Leave these sites out, ask for a share, or override with '--force'. Nothing was changed.",
  });
}
