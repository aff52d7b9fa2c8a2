/** Removes what setup made for a domain, and nothing else. */
import { MaintError } from '../model/errors.js';
import type { SetupItem, SetupKind } from '../model/setup-item.js';
import { domainName } from './find-zone.js';
import { note } from './item-book.js';
import { forgetRehearsals } from './rehearse.js';
import { type RunStep, refusedReport, runSteps } from './run-steps.js';
import type { SetupParts, SetupReport, TeardownOptions, ZoneLease } from './setup-types.js';
import { takeDown } from './take-down.js';

/** What stands on something else goes first. Of a kind the newest goes first: a mode goes back the way it came. */
const ORDER: readonly SetupKind[] = [
  'rehearsal-route',
  'rehearsal-script',
  'target',
  'site',
  'dns-record',
  'ssl',
];

const AGAIN = "Run 'maint teardown' again once the cause is gone: what is removed stays removed.";

/**
 * Removes each thing that the journal of setup says was made for a domain. What somebody changed since is left and
 * reported as a conflict, unless forced. A site with its page up is refused as a whole.
 *
 * @returns one step for each thing
 */
export async function tearDown(
  parts: SetupParts,
  given: string,
  options: TeardownOptions,
): Promise<SetupReport> {
  let items: readonly SetupItem[];
  let domain = given;
  const leases: ZoneLease[] = [];
  try {
    domain = domainName(given);
    refuseIfGuarded(parts, domain, options);
    items = madeFor(parts, domain);
    for (const zoneId of wholeZones(items)) parts.requireZoneAllowed({ zoneId, domain }, 'teardown', options);
    if (options.dryRun !== true) {
      const zones = [...new Set(items.map(({ zoneId }) => zoneId))];
      leases.push(...zones.map((zone) => parts.takeZone(zone, 'teardown', options.actor)));
    }
  } catch (error) {
    for (const lease of leases) lease.release();
    return refusedReport(domain, options, error);
  }
  const ensureHeld = () => leases.forEach((lease) => void lease.ensureHeld());
  const steps: RunStep[] = items.map((item) => ({
    name: item.kind,
    goesOn: true,
    run: async () => {
      ensureHeld();
      return takeDown(item, parts, options);
    },
  }));
  try {
    const again = () => AGAIN;
    const report = await runSteps({ domain, options, monotonic: parts.monotonic, again }, steps);
    if (options.dryRun !== true) {
      forgetRehearsals(parts, domain);
      if (items.length > 0) noteEnd(parts, options, report);
    }
    return report;
  } finally {
    for (const lease of leases) lease.release();
  }
}

/** What is there of a domain's setup, in the order in which it is to go. */
function madeFor(parts: Pick<SetupParts, 'store'>, domain: string): SetupItem[] {
  const open = parts.store.setup.open(domain).reverse();
  return ORDER.flatMap((kind) => open.filter((item) => item.kind === kind));
}

/** Zones of which more goes back than what is the site's own. */
function wholeZones(items: readonly SetupItem[]): Set<string> {
  const whole = items.filter(({ kind }) => kind === 'dns-record' || kind === 'ssl');
  return new Set(whole.map(({ zoneId }) => zoneId));
}

function refuseIfGuarded(
  { store, requireAllowed }: SetupParts,
  domain: string,
  options: TeardownOptions,
): void {
  const site = store.sites.byDomain(domain);
  if (site === null) return;
  if (site.maintenance !== null) {
    throw new MaintError('guard-refused', `${domain} is in maintenance.`, {
      hint: `Take the page down first, with 'maint disable ${domain}'. Nothing was removed.`,
    });
  }
  requireAllowed(site, 'teardown', options);
}

function noteEnd(
  parts: SetupParts,
  options: TeardownOptions,
  { domain, success, steps, error }: SetupReport,
): void {
  const removed = steps.filter(({ status }) => status === 'changed').map(({ name }) => name);
  note(
    { parts, options, domain },
    {
      action: 'teardown',
      level: success ? 'info' : 'error',
      message: success
        ? `Removed ${removed.join(', ') || 'nothing'}.`
        : `Teardown failed: ${error?.message ?? ''}`,
    },
  );
}
