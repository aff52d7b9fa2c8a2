/** The composition root: the only place where store, Cloudflare client, engine, clock and chance meet. */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type CloudflareOptions, createCloudflare, type HttpTrace } from './cloudflare/client.js';
import { createClients } from './cloudflare/clients.js';
import { createMemoryBudget } from './cloudflare/memory-budget.js';
import { type CloudflareService, createCloudflareService } from './cloudflare/service.js';
import { type Config, DEFAULT_BASE_URL, loadConfig } from './config.js';
import { createAccess } from './credentials/access.js';
import { createTokenKeeper, type TokenKeeper } from './credentials/keeper.js';
import { openTokenFolder } from './credentials/token-folder.js';
import { type ExamineOptions, examineInstallation } from './examination.js';
import { bypassOf } from './maintenance/bypass.js';
import { prepareDisable } from './maintenance/disable.js';
import { prepareEnable } from './maintenance/enable.js';
import type { Engine } from './maintenance/engine.js';
import { createProber } from './maintenance/probe.js';
import { type StatusOptions, statusOf } from './maintenance/status.js';
import type {
  BypassLink,
  DisableOptions,
  EnableOptions,
  Prepared,
  StatusReport,
} from './maintenance/types.js';
import type { Priority } from './model/budget.js';
import { isLoopback } from './model/loopback.js';
import type { DisablePlan, EnablePlan } from './model/plan.js';
import type { OnProgress } from './model/progress.js';
import { requireWritable } from './model/read-only.js';
import type { Site } from './model/site.js';
import type { CheckResult, TargetPolicy } from './model/target.js';
import type { Explanation } from './monitoring/explain.js';
import type { Monitor } from './monitoring/types.js';
import { type Channel, readChannels } from './notify/channels.js';
import { createNotifier, type Notifier } from './notify/notifier.js';
import { createSender } from './notify/send.js';
import { tellingOf, tellOfRun } from './notify/told-run.js';
import { createMonitoring, type MonitorOptions } from './open-monitor.js';
import { createSetupActions, type ResumeReport, resumeAll, type SetupActions } from './open-setup.js';
import { packageVersion } from './package-files.js';
import { type RecoverReport, recoverAccounts } from './recover-accounts.js';
import { addSite } from './setup/add-site.js';
import { discover } from './setup/discover.js';
import type { DiscoverOptions, DiscoverReport } from './setup/discover-types.js';
import type { Examination } from './setup/prerequisites/examine.js';
import { type SiteActions, siteActions } from './site-actions.js';
import { type SiteQuery, siteQuery } from './sites/query.js';
import { openStore } from './store/open.js';
import type { Store } from './store/store.js';

export interface MaintOptions extends Partial<Config> {
  /** Opens the store for reading only, as dry runs do. */
  readonly readonly?: boolean;
  /** Soft stop: nothing new is begun once it fires. */
  readonly stop?: AbortSignal;
  /** Hard stop: requests under way are cut. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** A line for each HTTP exchange, without secrets. */
  readonly onTrace?: (line: string) => void;
}

/** What the command line and library users drive. */
export interface Maint extends SetupActions, AsyncDisposable {
  readonly store: Store;
  readonly config: Config;
  /** Named tokens for several accounts. */
  readonly tokens: TokenKeeper;
  /** Tells people what happened, through the channels of the settings. */
  readonly notifier: Notifier;
  /** Zones, Workers, DNS and SSL in plain calls; shares this store's rate budget, and closes with this. */
  readonly cloudflare: CloudflareService;
  /**
   * The sites that a user owns or that are shared with them; without a user, all.
   *
   * @example
   * const sites = maint.sites('ann');
   * await sites.production().enableMaintenance({ reason: 'Database upgrade', message: 'Back in 30 minutes.' });
   * await sites.filter({ project: 'ecommerce' }).disableMaintenance();
   */
  sites(user?: string): Sites;
  discover(options: DiscoverOptions): Promise<DiscoverReport>;
  prepareEnable(sites: readonly Site[], options: EnableOptions): Promise<Prepared<EnablePlan>>;
  prepareDisable(sites: readonly Site[], options: DisableOptions): Promise<Prepared<DisablePlan>>;
  status(sites: readonly Site[], options: StatusOptions): Promise<StatusReport>;
  /** Finishes or undoes what interrupted runs left; of one event, or of all. */
  resume(options: DisableOptions & { readonly eventId?: string }): Promise<ResumeReport>;
  /** Rebuilds events from Cloudflare; tells which were known already. */
  recover(options: { readonly actor: string; readonly accountId?: string }): Promise<RecoverReport>;
  bypass(domain: string): Promise<BypassLink>;
  /** Looks at everything that `maint` needs: this machine, the store, the tokens, sites. Changes nothing. */
  examine(options?: ExamineOptions): Promise<Examination>;
  /** Watches the sites that have targets: single passes, or a loop. */
  monitor(options?: MonitorOptions): Monitor;
  /** Looks at a URL once, as a health check of the site would. */
  tryTarget(domain: string, policy: TargetPolicy): Promise<CheckResult>;
  /** Why the monitor does or does not act on a site, target by target. */
  explainMonitor(domain: string): Explanation[];
  /** Adds a domain by hand: finds its zone by the longest matching suffix. */
  addSite(domain: string, options: DiscoverOptions): Promise<Site>;
  close(): Promise<void>;
}

/** The chain over sites, with what can be done to them. */
export type Sites = SiteQuery<SiteActions>;

/** How long the edge may take to show a change, and a sandbox on this computer. */
const EDGE_DEADLINE_MS = 30_000;
const LOOPBACK_DEADLINE_MS = 3_000;

const USER_AGENT = `maint/${packageVersion()}`;

/** Opens the store and joins the parts. `close` when done. */
export async function createMaint(options: MaintOptions = {}): Promise<Maint> {
  const config = completeConfig(options);
  const channels = readChannels(config.notify);
  const store = await openStore({
    path: config.dbPath,
    now: () => new Date(),
    readonly: options.readonly ?? false,
  });
  const { access, tokens, engineFor, closeClients } = openEngines(config, store, options);
  const { notifier, closeSender } = openNotifier(channels, config, store);
  const normal = engineFor('normal');
  const urgent = engineFor('urgent');
  const monitoring = createMonitoring({ config, normal, urgent, userAgent: USER_AGENT });
  const withStop = stoppingWith(options);
  const everyToken = () => access.every('normal');
  const parts = () => ({ tokens: everyToken(), store, clock: normal.clock });
  const narrowed = (given: DiscoverOptions): DiscoverOptions => ({
    ...(config.accountId === null ? {} : { accountId: config.accountId }),
    ...given,
  });
  /** People are told of what is done here, not of what the monitor does through the engine. */
  const told = tellingOf(notifier, normal.clock);
  const writable = refusingIfReadOnly(config);
  const maint: Maint = {
    store,
    config,
    tokens,
    notifier,
    get cloudflare() {
      return createCloudflareService(access.sole('normal'), async () => {});
    },
    sites: (user) => {
      const query = siteQuery(store.sites, siteActions(maint, user ?? config.actor));
      return user === undefined ? query : query.visibleTo(user);
    },
    discover: (given) => discover(parts(), narrowed(given)),
    prepareEnable: async (sites, given) =>
      writable(told(await prepareEnable(normal, sites, withStop(given)), withStop(given))),
    prepareDisable: async (sites, given) =>
      writable(told(await prepareDisable(urgent, sites, withStop(given)), withStop(given))),
    status: (sites, given) => statusOf(normal, sites, given),
    resume: async (given) => {
      requireWritable(config);
      const report = await resumeAll(urgent, withStop(given));
      return tellOfRun(report, notifier, withStop(given), normal.clock().toISOString());
    },
    recover: (given) =>
      recoverAccounts(normal, everyToken, { ...given, accountId: given.accountId ?? config.accountId }),
    bypass: async (domain) => bypassOf(normal, domain),
    examine: (given) =>
      examineInstallation({ config, store, tokens: everyToken, clock: normal.clock }, given),
    monitor: ({ onEvents, ...given } = {}) =>
      monitoring.open({
        ...(options.stop === undefined ? {} : { stop: options.stop }),
        ...given,
        onEvents: (events) => {
          notifier.tell(events.map((event) => ({ ...event, actor: config.actor, manual: false })));
          onEvents?.(events);
        },
      }),
    tryTarget: monitoring.tryOnce,
    explainMonitor: monitoring.explain,
    ...createSetupActions({ config, engine: normal, tokens: everyToken, monitoring, stop: options.stop }),
    addSite: (domain, given) => addSite(parts(), domain, narrowed(given)),
    close: async () => {
      await Promise.all([closeClients(), monitoring.close(), closeSender()]);
      store.close();
    },
    [Symbol.asyncDispose]: () => maint.close(),
  };
  return maint;
}

/**
 * Cloudflare alone, without a store: zones, Workers, DNS and SSL.
 *
 * @example
 * const cloudflare = openCloudflare({ token });
 * try {
 *   const zone = await cloudflare.getZoneByName('example.com');
 * } finally {
 *   await cloudflare.close();
 * }
 */
export function openCloudflare(options: {
  readonly token: string;
  readonly baseUrl?: string;
}): CloudflareService {
  const api = createCloudflare({
    ...surroundings,
    token: options.token,
    baseUrl: options.baseUrl ?? DEFAULT_BASE_URL,
    budget: createMemoryBudget(),
    maxWaitMs: 600_000,
  });
  return createCloudflareService(api);
}

const CONFIG_KEYS = [
  'token',
  'tokenSource',
  'tokenFile',
  'accountId',
  'domain',
  'tokenFolder',
  'baseUrl',
  'dbPath',
  'actor',
  'connectTo',
  'proxy',
  'maxWaitMs',
  'readOnly',
  'notify',
] as const satisfies readonly (keyof Config)[];

/** What a library user leaves out comes from the environment and the settings file, as for the command. */
function completeConfig(options: MaintOptions): Config {
  const whole = CONFIG_KEYS.every((key) => options[key] !== undefined);
  const base: Partial<Config> = whole ? {} : loadConfig({}, process.env);
  const given = Object.fromEntries(
    CONFIG_KEYS.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  );
  // A token that the program passes does not come from where the environment's does.
  const { token, tokenSource = null, tokenFile = null } = options;
  const source = token === undefined ? {} : { tokenSource, tokenFile };
  return { ...base, ...given, ...source } as Config;
}

/** The clients of Cloudflare, and the engines that work with them. */
function openEngines(config: Config, store: Store, options: MaintOptions) {
  const clients = createClients(() => clientOptions(config, store, options));
  const folder = openTokenFolder(config.tokenFolder);
  const { token, tokenSource, accountId } = config;
  const given = token === null ? null : { token, source: tokenSource ?? 'the program' };
  const access = createAccess({ given, folder, sites: store.sites, clients });
  const prober = createProber({ connectTo: config.connectTo, proxy: config.proxy, userAgent: USER_AGENT });
  const engineFor = (priority: Priority): Engine => ({
    store,
    cloudflare: (accountId, zones) => access.serving(priority, accountId, zones),
    sent: () => clients.sent(),
    budgetLeft: () => clients.budgetLeft(priority),
    clock: () => new Date(),
    monotonic: () => performance.now(),
    sleep,
    randomBytes: (count) => randomBytes(count),
    probe: prober.probe,
    verifyDeadlineMs:
      config.connectTo !== null && isLoopback(config.connectTo.host)
        ? LOOPBACK_DEADLINE_MS
        : EDGE_DEADLINE_MS,
    machine: { host: os.hostname(), pid: process.pid },
  });
  return {
    access,
    tokens: createTokenKeeper({ given, folder, access, clients, store, accountId, clock: () => new Date() }),
    engineFor,
    closeClients: () => Promise.all([clients.close(), prober.close()]),
  };
}

/** Prepared runs are for looking at where the settings say readOnly. */
function refusingIfReadOnly(config: Config) {
  return <P extends Pick<Prepared, 'apply'>>(prepared: P): P => ({
    ...prepared,
    apply: async () => {
      requireWritable(config);
      return prepared.apply();
    },
  });
}

/** What a run is not told by its caller comes from how `maint` was opened. */
function stoppingWith(options: MaintOptions) {
  return <T extends { readonly stop?: AbortSignal; readonly onProgress?: OnProgress }>(run: T): T => ({
    ...(options.stop === undefined ? {} : { stop: options.stop }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...run,
  });
}

function openNotifier(channels: readonly Channel[], config: Config, store: Store) {
  const { CLOUDFLARE_API_TOKEN: _token, CF_API_TOKEN: _alias, ...environment } = process.env;
  const clock = () => new Date();
  const sender = createSender({ proxy: config.proxy, userAgent: USER_AGENT, environment, now: clock });
  const { send } = sender;
  const around = { clock, monotonic: surroundings.monotonic, sleep, random: surroundings.random };
  return { notifier: createNotifier({ channels, store, send, ...around }), closeSender: sender.close };
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  // An interrupted wait simply ends; whoever waits looks at the signal next.
  await pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}

function clientOptions(
  config: Config,
  store: Store,
  options: MaintOptions,
): Omit<CloudflareOptions, 'priority' | 'token'> {
  return {
    ...surroundings,
    baseUrl: config.baseUrl,
    readOnly: config.readOnly,
    budget: store.budget,
    maxWaitMs: config.maxWaitMs,
    proxy: config.proxy,
    ...(options.stop === undefined ? {} : { stop: options.stop }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onWait: (reason, ms) => options.onProgress?.({ type: 'waiting', reason, ms }),
    onTrace: (line) => options.onTrace?.(traceLine(line)),
  };
}

/** Clock, chance and name: what every client is given, whoever uses it. */
const surroundings = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
  random: Math.random,
  userAgent: USER_AGENT,
};

function traceLine({ method, path, status, ms, ray, attempt }: HttpTrace): string {
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  return `${method} ${path} → ${status ?? 'no answer'} in ${Math.round(ms)}ms${again}${ray === null ? '' : ` ray ${ray}`}`;
}
