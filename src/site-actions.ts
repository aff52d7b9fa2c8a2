/** What the chain of the library can do with the sites that it selects. */
import type { Maint } from './maint.js';
import type { StatusOptions } from './maintenance/status.js';
import type { DisableOptions, EnableOptions, RunReport, StatusReport } from './maintenance/types.js';
import { MaintError } from './model/errors.js';
import type { Site } from './model/site.js';

interface LibraryOptions {
  /** Who acts; by default the user of the chain. */
  readonly user?: string;
  /** Plans and reports, and changes nothing. */
  readonly dryRun?: boolean;
}

/** The options of `enableMaintenance`. */
export type EnableMaintenance = LibraryOptions & Omit<EnableOptions, 'actor' | 'continueEvent'>;

/** The options of `disableMaintenance`. */
export type DisableMaintenance = LibraryOptions & Omit<DisableOptions, 'actor'>;

// A type, not an interface: only then does it fit the index signature of a query's actions.
export type SiteActions = {
  readonly enableMaintenance: (sites: readonly Site[], options?: EnableMaintenance) => Promise<RunReport>;
  readonly disableMaintenance: (sites: readonly Site[], options?: DisableMaintenance) => Promise<RunReport>;
  readonly checkStatus: (sites: readonly Site[], options?: StatusOptions) => Promise<StatusReport>;
};

/** Binds the actions to a `Maint`; an empty selection is refused, for it is seldom meant. */
export function siteActions(maint: Maint, user: string): SiteActions {
  return {
    enableMaintenance: async (sites, { user: actor = user, dryRun = false, ...options } = {}) => {
      const prepared = await maint.prepareEnable(someOf(sites), { ...options, actor });
      return dryRun ? prepared.preview() : prepared.apply();
    },
    disableMaintenance: async (sites, { user: actor = user, dryRun = false, ...options } = {}) => {
      const prepared = await maint.prepareDisable(someOf(sites), { ...options, actor });
      return dryRun ? prepared.preview() : prepared.apply();
    },
    checkStatus: (sites, options = {}) => maint.status(sites, options),
  };
}

function someOf(sites: readonly Site[]): readonly Site[] {
  if (sites.length > 0) return sites;
  throw new MaintError('nothing-selected', 'The query selects no site.', {
    hint: 'Look at `.list()` or `.toSQL()` of the query first.',
  });
}
