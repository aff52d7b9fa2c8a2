/** Joins the monitor with the engine: what it does to sites goes the way that a person's command goes. */
import type { Config } from './config.js';
import { BYPASS_HEADER } from './maintenance/bypass.js';
import { prepareDisable } from './maintenance/disable.js';
import { prepareEnable } from './maintenance/enable.js';
import { type Engine, newRunId } from './maintenance/engine.js';
import type { RunOptions, RunReport } from './maintenance/types.js';
import { isLoopback } from './model/loopback.js';
import { READ_ONLY } from './model/read-only.js';
import type { Site } from './model/site.js';
import { type CheckResult, type Target, type TargetPolicy, UNCHECKED } from './model/target.js';
import { createChecker } from './monitoring/check.js';
import { type Explanation, explain } from './monitoring/explain.js';
import { createMonitor } from './monitoring/monitor.js';
import { bypassFor, openPages } from './monitoring/open-pages.js';
import type { Checker, Monitor, MonitorActs, MonitorEvent, NetworkProof } from './monitoring/types.js';
import { defaultWitnesses, networkProof, openWitnesses, ownWitness } from './monitoring/witness.js';

export interface MonitorOptions {
  /** Checks at the same time; default 64. */
  readonly concurrency?: number;
  /** Percent; default 50. */
  readonly maxShare?: number;
  /** Addresses that prove this machine's network; `none`: every failure counts. Default: the API and two others. */
  readonly witnesses?: readonly string[] | 'none';
  /** Only targets of these sites. */
  readonly domains?: readonly string[];
  readonly dryRun?: boolean;
  /** Told of what happened, in the transaction that records it. */
  readonly onEvents?: (events: readonly MonitorEvent[]) => void;
  readonly stop?: AbortSignal;
}

/** What of the composition root a monitor is made from. */
export interface MonitorSurroundings {
  readonly config: Config;
  /** For putting pages up, and for lifting them. */
  readonly normal: Engine;
  readonly urgent: Engine;
  readonly userAgent: string;
}

/** The monitor with its own connections; opened when first used. */
export interface Monitoring {
  open(options: MonitorOptions): Monitor;
  /** Looks at a URL once, as a check of the site would. */
  tryOnce(domain: string, policy: TargetPolicy): Promise<CheckResult>;
  /** Why the monitor does or does not act on a site, target by target. */
  explain(domain: string): Explanation[];
  close(): Promise<void>;
}

const CONCURRENCY = 64;
const MAX_SHARE = 50;
/** Enough to see for how long nothing has counted. */
const RECENT = 200;

export function createMonitoring(around: MonitorSurroundings): Monitoring {
  const { config, normal } = around;
  const { store, clock, monotonic, sleep } = normal;
  const closing: (() => Promise<void>)[] = [];
  const openChecker = (connections: number): Checker => {
    const { connectTo, proxy } = config;
    const checker = createChecker({
      connectTo,
      proxy,
      userAgent: around.userAgent,
      connections,
      clock,
      monotonic,
    });
    closing.push(checker.close);
    return checker;
  };
  return {
    open: ({ concurrency = CONCURRENCY, maxShare = MAX_SHARE, witnesses, ...rest }) => {
      const proof = proofOf(config, witnesses);
      closing.push(proof.close);
      return createMonitor({
        store,
        checker: openChecker(concurrency),
        networkProof: proof.ask,
        act: actsOf(around, rest.stop),
        bypassHeader: BYPASS_HEADER,
        clock,
        monotonic,
        sleep,
        runId: () => newRunId(normal),
        machine: normal.machine,
        actor: config.actor,
        concurrency,
        maxShare,
        ...rest,
      });
    },
    tryOnce: async (domain, policy) => {
      const target: Target = { ...policy, id: 0, domain, standing: UNCHECKED, createdAt: '' };
      const page = openPages(store).get(domain) ?? null;
      const checker = openChecker(1);
      return checker.check(target, bypassFor(policy.url, page, BYPASS_HEADER));
    },
    explain: (domain) => {
      const page = openPages(store).get(domain) ?? null;
      const now = clock().toISOString();
      return store.targets.byDomain(domain).map((target) => {
        const recent = store.targets.history(target.id, { limit: RECENT });
        return explain({ target, page, recent, now, refusal: refusalBy(config) });
      });
    },
    close: async () => {
      await Promise.all(closing.map((close) => close()));
    },
  };
}

/** In a sandbox this computer is the network, and its API the only witness. */
function proofOf(
  { baseUrl, proxy }: Config,
  chosen: MonitorOptions['witnesses'],
): { readonly ask: NetworkProof | null; readonly close: () => Promise<void> } {
  if (chosen === 'none') return { ask: null, close: async () => {} };
  const known = defaultWitnesses(baseUrl);
  const isSandbox = isLoopback(new URL(baseUrl).hostname);
  const usual = isSandbox ? known.slice(0, 1) : known;
  const witnesses = chosen?.map((url) => ownWitness(url)) ?? usual;
  const { ask, close } = openWitnesses(proxy);
  return { ask: networkProof(witnesses, ask), close };
}

/**
 * The edge is not asked afterwards: the next checks see the site anyway, and must not wait for it. Whoever set
 * `--auto-enable` or `--auto-disable` was asked whose the site is; the user that the monitor runs as is not.
 */
function actsOf({ config, normal, urgent }: MonitorSurroundings, stop?: AbortSignal): MonitorActs {
  const { actor } = config;
  const options = { actor, verify: false, standingOrder: true, ...(stop === undefined ? {} : { stop }) };
  return {
    enable: async (sites, reason) => {
      const prepared = await prepareEnable(normal, sites, { ...options, kind: 'monitor', reason });
      return prepared.apply();
    },
    disable: (sites) => lift(urgent, sites, options),
    refusal: () => refusalBy(config),
  };
}

/** Why nothing is done, whatever the site; null where nothing stands in the way. */
function refusalBy({ readOnly }: Config): string | null {
  return readOnly ? READ_ONLY : null;
}

/** Looking takes a while, in which a person may take the event over: then the page is theirs to lift. */
async function lift(engine: Engine, sites: readonly Site[], options: RunOptions): Promise<RunReport> {
  const prepared = await prepareDisable(engine, sites, options);
  const pages = openPages(engine.store);
  const ours = sites.filter(({ domain }) => pages.get(domain)?.kind === 'monitor');
  if (ours.length === sites.length) return prepared.apply();
  const preview = prepared.preview();
  const taken = preview.sites.filter((site) => !ours.some(({ domain }) => domain === site.domain));
  const left = taken.map((site) => ({ ...site, outcome: 'skipped' as const, note: TAKEN_OVER }));
  const report = ours.length === 0 ? preview : await (await prepareDisable(engine, ours, options)).apply();
  return { ...report, sites: ours.length === 0 ? left : [...report.sites, ...left] };
}

const TAKEN_OVER = 'A person took its event over meanwhile.';
