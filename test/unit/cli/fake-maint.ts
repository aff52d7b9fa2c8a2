/** An engine that does what a test says, around a real store in memory. */
import { main } from '../../../src/cli/main.js';
import type { Services } from '../../../src/cli/services.js';
import type { Config } from '../../../src/config.js';
import type { Maint, MaintOptions } from '../../../src/maint.js';
import type { Prepared, RunReport, SiteReport } from '../../../src/maintenance/types.js';
import type { SitePlan } from '../../../src/model/plan.js';
import type { Outcome } from '../../../src/model/vocabulary.js';
import { openStore } from '../../../src/store/open.js';
import type { Store } from '../../../src/store/store.js';
import { type MemoryOptions, type MemoryTerminal, memoryTerminal, NOW } from './memory-terminal.js';

export const AT = NOW.toISOString();

/** A store with sites of these domains. */
export async function storeOf(domains: readonly string[]): Promise<Store> {
  const store = await openStore({ path: ':memory:', now: () => NOW });
  store.sites.insert(
    domains.map((domain, index) => ({
      domain,
      zoneId: String(index).padStart(32, '0'),
      zoneName: domain,
      accountId: 'a'.repeat(32),
      environment: index % 2 === 0 ? ('production' as const) : ('staging' as const),
      project: null,
      owner: null,
      tags: [],
      active: true,
      inactiveReason: null,
      token: null,
      plan: null,
    })),
    AT,
  );
  return store;
}

export function siteReport(domain: string, outcome: Outcome, more: Partial<SiteReport> = {}): SiteReport {
  return {
    domain,
    outcome,
    verified: null,
    changes: [],
    error: null,
    eventId: 'e1',
    dodged: [],
    conflicts: [],
    note: null,
    ...more,
  };
}

export function runReport(sites: readonly SiteReport[], more: Partial<RunReport> = {}): RunReport {
  const count = (...outcomes: readonly Outcome[]) =>
    sites.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    dryRun: false,
    eventId: 'e1',
    summary: {
      selected: sites.length,
      changed: count('enabled', 'disabled', 'planned'),
      unchanged: count('unchanged'),
      failed: count('failed'),
      unknown: count('unknown'),
      conflicts: count('conflict'),
    },
    requests: 5,
    durationMs: 812,
    estimate: null,
    sites,
    warnings: [],
    interrupted: false,
    ...more,
  };
}

function sitePlan(domain: string): SitePlan {
  return {
    domain,
    accountId: 'a',
    zoneId: 'z',
    zoneName: domain,
    patterns: [`${domain}/*`],
    outcome: 'planned',
    eventId: 'e1',
    changes: [
      {
        domain,
        accountId: 'a',
        zoneId: 'z',
        action: 'create-route',
        pattern: `${domain}/*`,
        routeId: null,
        before: null,
        after: { id: '', pattern: `${domain}/*`, script: 'maint-e1' },
        script: 'maint-e1',
      },
    ],
    dodged: [],
    conflicts: [],
    note: null,
  };
}

/** A run that would put every site up; `apply` is counted. */
export function preparedRun(
  domains: readonly string[],
  options: {
    readonly report?: RunReport;
    readonly refusals?: readonly string[];
    /** Of the plan. */
    readonly warnings?: readonly string[];
  } = {},
): Prepared<never> & { readonly applied: { count: number } } {
  const applied = { count: 0 };
  const plan = {
    kind: 'enable',
    eventId: 'e1',
    sites: domains.map(sitePlan),
    scripts: [],
    warnings: options.warnings ?? [],
  };
  return {
    applied,
    plan: plan as never,
    estimate: { requests: 5, durationMs: 900, budgetLeft: 1_000 },
    refusals: options.refusals ?? [],
    preview: () =>
      runReport(
        domains.map((domain) => siteReport(domain, 'planned')),
        { dryRun: true },
      ),
    recordRefusal: () => {},
    apply: async () => {
      applied.count += 1;
      return options.report ?? runReport(domains.map((domain) => siteReport(domain, 'enabled')));
    },
  };
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly terminal: MemoryTerminal;
  /** How often the engine was opened. */
  readonly opened: readonly MaintOptions[];
  /** The document on stdout. */
  json(): Record<string, unknown>;
}

export interface Surroundings extends MemoryOptions {
  readonly store?: Store;
  readonly maint?: Partial<Maint>;
  readonly env?: Record<string, string>;
  readonly services?: Partial<Services>;
  /** A signal that comes before anything else. */
  readonly stopBy?: 'SIGINT' | 'SIGTERM';
}

/** Runs the whole command line in memory. */
export async function maint(argv: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  const terminal = memoryTerminal(surroundings);
  if (surroundings.stopBy !== undefined) terminal.interrupt(surroundings.stopBy);
  const opened: MaintOptions[] = [];
  const store = surroundings.store ?? (await storeOf(['a.example', 'b.example', 'c.example']));
  const services: Services = {
    createMaint: async (options) => {
      opened.push(options);
      const refuse = () => Promise.reject(new Error('this test expects no such call'));
      const config = options as Config;
      const calls = { discover: refuse, prepareEnable: refuse, prepareDisable: refuse, status: refuse };
      return { store, config, close: async () => {}, ...calls, ...surroundings.maint } as unknown as Maint;
    },
    startSandbox: () => Promise.reject(new Error('this test expects no sandbox')),
    system: { homedir: () => '/nowhere', username: () => 'ada', readFile: missingFile },
    ...surroundings.services,
  };
  const code = await main(argv, terminal, { HOME: '/nowhere', ...surroundings.env }, services);
  const { stdout, stderr } = terminal.written;
  return { code, stdout, stderr, terminal, opened, json: () => JSON.parse(stdout) };
}

function missingFile(): never {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
}
