/** Which sites of the catalogue a setup of all is for, and what is told of those that it passes over. */
import { maySee } from '../model/ownership.js';
import type { Site } from '../model/site.js';
import type { Store } from '../store/store.js';
import type { SetupReport } from './setup-types.js';

/** What `setup --all` is for: of one account or of all, as far as a user sees it. */
export function sitesToSetUp(
  { sites }: Pick<Store, 'sites'>,
  { accountId, visibleTo }: { readonly accountId: string | null; readonly visibleTo: string | null },
): {
  readonly wanted: readonly Site[];
  /** No Worker runs on these at present. */
  readonly inactive: readonly Site[];
  /** How many the user does not see. */
  readonly leftOut: number;
} {
  const inScope = sites.select().filter((site) => [null, site.accountId].includes(accountId));
  const seen = inScope.filter((site) => visibleTo === null || maySee(site, visibleTo));
  return {
    wanted: seen.filter(({ active }) => active),
    inactive: seen.filter(({ active }) => !active),
    leftOut: inScope.length - seen.length,
  };
}

/** The report of a site that is known to be inactive: nothing is asked, and nothing failed. */
export function passedOver(
  { domain, inactiveReason }: Site,
  { dryRun = false }: { readonly dryRun?: boolean },
): SetupReport {
  const message = `${inactiveReason ?? 'The zone is not active.'} 'maint discover' looks again.`;
  const step = { name: 'zone', status: 'skipped' as const, message, details: [], durationMs: 0 };
  return { domain, dryRun, success: true, durationMs: 0, steps: [step], error: null };
}

/** Whether a site was passed over: no Worker would run on it. */
export function isPassedOver({ success, steps }: SetupReport): boolean {
  return success && steps.length > 0 && steps.every(({ status }) => status === 'skipped');
}
