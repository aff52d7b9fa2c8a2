/** Joins setup with the engine, the tokens and the monitor: what `maint setup` and the library do. */
import pLimit from 'p-limit';
import type { TokenClient } from './cloudflare/clients.js';
import type { Config } from './config.js';
import { type Engine, newRunId } from './maintenance/engine.js';
import { foreignSites } from './maintenance/guard.js';
import { logGuard } from './maintenance/guard-log.js';
import { takeLease } from './maintenance/lease.js';
import { type ResumeOptions, resume } from './maintenance/resume.js';
import type { RunReport } from './maintenance/types.js';
import { MaintError } from './model/errors.js';
import { type May, mayChange, mayGiveAway } from './model/ownership.js';
import { requireWritable } from './model/read-only.js';
import type { Site } from './model/site.js';
import type { CheckResult, TargetPolicy } from './model/target.js';
import { interruptedSetups, rehearsalsOf, sweepRehearsals } from './setup/rehearse.js';
import { setUp } from './setup/setup.js';
import { passedOver, sitesToSetUp } from './setup/setup-all.js';
import type { SetupOptions, SetupParts, SetupReport, TeardownOptions } from './setup/setup-types.js';
import { tearDown } from './setup/teardown.js';
import { originTls } from './visit/origin-certificate.js';

/** Who acts is known already, and so may be the account. */
type Given<T extends { readonly actor: string }> = Omit<T, 'actor'> & { readonly actor?: string };

export type SetupAllOptions = Given<SetupOptions> & {
  readonly onReport?: (report: SetupReport) => void;
  /** Leaves out the sites that this user does not see: somebody else's that are not shared. */
  readonly visibleTo?: string;
};

export interface SetupActions {
  /**
   * Brings a domain under `maint`: finds its zone, looks at token, DNS, SSL and Workers, rehearses, adds the site and
   * has it checked. Whatever fails is in the report. Without a domain that of CLOUDFLARE_DOMAIN is set up.
   *
   * @example
   * const { success, steps, error } = await maint.setup('shop.example.com', { dnsTarget: '203.0.113.7' });
   */
  setup(domain?: string, options?: Given<SetupOptions>): Promise<SetupReport>;
  /** The same for every site of the catalogue, a few at a time; reports by domain. */
  setupAll(options?: SetupAllOptions): Promise<SetupReport[]>;
  /** Removes what setup made for a domain, and nothing else. */
  teardown(domain: string, options?: Given<TeardownOptions>): Promise<SetupReport>;
}

export interface SetupSurroundings {
  readonly config: Config;
  readonly engine: Engine;
  readonly tokens: () => readonly TokenClient[];
  /** Looks at a URL once, as a check would. */
  readonly monitoring: { tryOnce(domain: string, policy: TargetPolicy): Promise<CheckResult> };
  /** Ends setups that are not told of a stop of their own. */
  readonly stop?: AbortSignal | undefined;
}

/** Sites of one account share its rate limit: more at a time would only wait for each other. */
const AT_A_TIME = 4;

/** The account and the actor of the settings stand in where a call names none. */
export function createSetupActions({ config, engine, ...around }: SetupSurroundings): SetupActions {
  const parts = setupParts({ config, engine, ...around });
  const completed = <T extends { readonly actor?: string }>(options: T) => ({
    ...(config.accountId === null ? {} : { accountId: config.accountId }),
    ...(around.stop === undefined ? {} : { stop: around.stop }),
    ...options,
    actor: options.actor ?? config.actor,
  });
  return {
    setup: async (domain = config.domain ?? undefined, options = {}) => {
      if (options.dryRun !== true) requireWritable(config);
      if (domain !== undefined) return setUp(parts, domain, completed(options));
      throw new MaintError('usage', 'No domain is named.', {
        hint: 'Name one, or set CLOUDFLARE_DOMAIN.',
      });
    },
    setupAll: async ({ onReport, visibleTo, ...options } = {}) => {
      if (options.dryRun !== true) requireWritable(config);
      const { wanted, inactive } = sitesToSetUp(engine.store, {
        accountId: options.accountId ?? config.accountId,
        visibleTo: visibleTo ?? null,
      });
      const limit = pLimit(AT_A_TIME);
      // A setup keeps other runs off its zone: those within one zone go one after the other.
      const zones = [...new Set(wanted.map(({ zoneId }) => zoneId))];
      const reports = zones.map((zoneId) =>
        limit(async () => {
          const done: SetupReport[] = [];
          for (const { domain } of wanted.filter((site) => site.zoneId === zoneId)) {
            const report = await setUp(parts, domain, completed(options));
            onReport?.(report);
            done.push(report);
          }
          return done;
        }),
      );
      const all = [
        ...(await Promise.all(reports)).flat(),
        ...inactive.map((site) => passedOver(site, options)),
      ];
      return all.sort((a, b) => (a.domain < b.domain ? -1 : 1));
    },
    teardown: async (domain, options = {}) => {
      if (options.dryRun !== true) requireWritable(config);
      return tearDown(parts, domain, completed(options));
    },
  };
}

/** What setup needs of the engine and its surroundings. */
export function setupParts({ config, engine, tokens, monitoring }: SetupSurroundings): SetupParts {
  return {
    store: engine.store,
    tokens,
    cloudflare: engine.cloudflare,
    clock: engine.clock,
    monotonic: engine.monotonic,
    sleep: engine.sleep,
    randomBytes: engine.randomBytes,
    probe: engine.probe,
    verifyDeadlineMs: engine.verifyDeadlineMs,
    tryTarget: monitoring.tryOnce,
    lookAtOrigin: (address, servername) => originTls(config, address, servername),
    takeZone: (zoneId, command, actor) =>
      takeLease(engine, [zoneId], { runId: newRunId(engine), command, actor }),
    requireAllowed: (site, command, options) => {
      // Setting a site up is operating it; a teardown forgets it, which is for its owners.
      const may = command === 'teardown' ? mayGiveAway : mayChange;
      const hint = "Ask for a share, or override with '--force'. Nothing was changed.";
      requireAllowed(engine, { command, sites: [site], may, hint }, options);
    },
    requireZoneAllowed: ({ zoneId, domain }, command, options) => {
      const others = engine.store.sites
        .select()
        .filter((site) => site.zoneId === zoneId && site.domain !== domain);
      const hint =
        "Records and the SSL mode are the whole zone's: ask for a share of these sites, or override with '--force'.";
      requireAllowed(engine, { command, sites: others, may: mayChange, hint }, options);
    },
  };
}

/** Refuses sites that are not the actor's to change, unless forced; the log tells either way. */
function requireAllowed(
  { store, clock }: Engine,
  { hint, ...asked }: { command: string; sites: readonly Site[]; may: May; hint: string },
  { actor, force = false, dryRun = false }: TeardownOptions,
): void {
  const refusal = foreignSites(asked.sites, actor, asked.may);
  if (refusal === null) return;
  const ending = force ? 'overridden' : 'refused';
  if (!dryRun) {
    logGuard(store, ending, { ...asked, actor, runId: null, refusals: [refusal], at: clock() });
  }
  if (force) return;
  throw new MaintError('guard-refused', refusal, { hint });
}

/** What `resume` did, also with what setups left that were killed. */
export interface ResumeReport extends RunReport {
  /** Domains whose rehearsals were taken away. */
  readonly setups: readonly string[];
}

/** Finishes what interrupted runs left, setups among them. */
export async function resumeAll(engine: Engine, options: ResumeOptions): Promise<ResumeReport> {
  const report = await resume(engine, options);
  const { setups, warnings } = await sweepInterruptedSetups(engine, options.actor);
  // A setup that is at work is half done too, and goes on by itself.
  const busy = engine.store.locks.holders(engine.clock().getTime()).length > 0;
  const halfway = (busy ? [] : interruptedSetups(engine)).map(
    (domain) => `The setup of ${domain} is half done: 'maint setup ${domain}' goes on with it.`,
  );
  return { ...report, setups, warnings: [...report.warnings, ...warnings, ...halfway] };
}

/** Takes away the rehearsals of setups that were killed; tells of which, and which could not be. */
async function sweepInterruptedSetups(engine: Engine, actor: string) {
  const setups = new Set<string>();
  const warnings: string[] = [];
  const left = rehearsalsOf(engine);
  for (const zoneId of new Set(left.map((item) => item.zoneId))) {
    const items = left.filter((item) => item.zoneId === zoneId);
    const [{ accountId, domain } = { accountId: '', domain: '' }] = items;
    try {
      const lease = takeLease(engine, [zoneId], { runId: newRunId(engine), command: 'resume', actor });
      try {
        await sweepRehearsals(engine, items, engine.cloudflare(accountId, zoneId));
        for (const item of items) setups.add(item.domain);
      } finally {
        lease.release();
      }
    } catch (error) {
      if (!(error instanceof MaintError)) throw error;
      warnings.push(`A rehearsal of setup is left on ${domain}: ${error.message}`);
    }
  }
  return { setups: [...setups].sort(), warnings };
}
