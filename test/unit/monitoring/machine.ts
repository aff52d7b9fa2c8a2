import type { RunReport, SiteReport } from '../../../src/maintenance/types.js';
import type { Site } from '../../../src/model/site.js';
import type { CheckResult, Target } from '../../../src/model/target.js';
import { createMonitor } from '../../../src/monitoring/monitor.js';
import type { Header, MonitorEvent, MonitorParts } from '../../../src/monitoring/types.js';
import type { Store } from '../../../src/store/store.js';
import { addSites, eventSite, newEvent, newSite, open } from '../store/store-fixture.js';
import { NOW, result, target } from './samples.js';

type Verdict = CheckResult['verdict'];

/** A monitor on a store in memory: sites are well or not as a test says, and acts go into the store at once. */
export interface Machine {
  readonly store: Store;
  /** What a check of a domain ends with; well where nothing is said. */
  readonly verdicts: Map<string, Verdict>;
  readonly told: MonitorEvent[];
  /** Every act, as `enable a.example,b.example`. */
  readonly acts: string[];
  readonly bypasses: (Header | null)[];
  /** Whether a witness answers. */
  network: boolean;
  witnessesAsked: number;
  /** Where set, acts fail with it. */
  trouble: Error | null;
  parts: MonitorParts;
  /** The time passes, by both clocks. */
  wait(ms: number): void;
  /** A minute passes, then a pass. */
  pass(parts?: Partial<MonitorParts>): ReturnType<ReturnType<typeof createMonitor>['pass']>;
  /** Some passes; what the last came to. */
  passes(count: number): ReturnType<Machine['pass']>;
}

const auto = { autoEnable: true, autoDisable: true, minHoldMs: 0 };

export async function machine(domains: readonly string[], fields: Partial<Target> = {}): Promise<Machine> {
  const store = await open();
  addSites(store, ...domains.map((domain) => newSite(domain)));
  for (const domain of domains) {
    const {
      id: _id,
      domain: _domain,
      standing: _standing,
      createdAt: _createdAt,
      ...policy
    } = target({
      domain,
      ...auto,
      ...fields,
    } as never);
    store.targets.insert(domain, policy, NOW);
  }
  let now = Date.parse(NOW);
  let monotonic = 0;
  let runs = 0;
  const self: Machine = {
    store,
    verdicts: new Map(),
    told: [],
    acts: [],
    bypasses: [],
    network: true,
    witnessesAsked: 0,
    trouble: null,
    wait: (ms) => {
      now += ms;
      monotonic += ms;
    },
    pass: (parts = {}) => {
      self.wait(60_000);
      return createMonitor({ ...self.parts, ...parts }).pass();
    },
    passes: async (count) => {
      for (let left = count; left > 1; left -= 1) await self.pass();
      return self.pass();
    },
    parts: {
      store,
      checker: {
        check: async (one, bypass) => {
          self.bypasses.push(bypass);
          const at = new Date(now).toISOString();
          return result(self.verdicts.get(one.domain) ?? 'success', { targetId: one.id, at });
        },
        close: async () => {},
      },
      networkProof: async () => {
        self.witnessesAsked += 1;
        return self.network;
      },
      act: {
        enable: async (sites) => run(self, 'enable', sites, () => new Date(now).toISOString()),
        disable: async (sites) => run(self, 'disable', sites, () => new Date(now).toISOString()),
      },
      bypassHeader: 'x-maint-bypass',
      clock: () => new Date(now),
      monotonic: () => monotonic,
      sleep: async (ms) => {
        self.wait(ms);
        // Whoever waits for real gets a turn.
        await new Promise((resolve) => setImmediate(resolve));
      },
      runId: () => `run-${++runs}`,
      machine: { host: 'desk', pid: process.pid },
      actor: 'cron',
      concurrency: 4,
      maxShare: 100,
      onEvents: (events) => void self.told.push(...events),
    },
  };
  return self;
}

/** Puts a page up, or takes it down, in the store alone. */
export function put(
  store: Store,
  kind: 'manual' | 'monitor',
  id: string,
  domains: readonly string[],
  at = NOW,
) {
  const rows = domains.map((domain) => eventSite(id, domain, { state: 'up' }));
  store.events.insert(newEvent(id, { kind, since: at, bypassSecret: `secret-${id}` }), rows);
}

export function lift(store: Store, domains: readonly string[], at = NOW): void {
  for (const { eventId, domain } of store.events.openSites(domains)) {
    store.events.setSiteState(eventId, [domain], 'lifted', at);
    store.events.endIfDone(eventId, at);
  }
}

function run(
  self: Machine,
  action: 'enable' | 'disable',
  sites: readonly Site[],
  now: () => string,
): RunReport {
  const domains = sites.map(({ domain }) => domain);
  self.acts.push(`${action} ${domains.join(',')}`);
  if (self.trouble !== null) throw self.trouble;
  const id = `event-${self.acts.length}`;
  if (action === 'enable') put(self.store, 'monitor', id, domains, now());
  else lift(self.store, domains, now());
  return report(domains.map((domain) => ({ domain, outcome: `${action}d`, eventId: id })));
}

function report(sites: readonly Pick<SiteReport, 'domain' | 'outcome' | 'eventId'>[]): RunReport {
  return {
    dryRun: false,
    eventId: null,
    summary: { selected: 0, changed: 0, unchanged: 0, failed: 0, unknown: 0, conflicts: 0 },
    requests: 0,
    durationMs: 0,
    estimate: null,
    sites: sites.map((site) => ({
      ...site,
      verified: null,
      changes: [],
      error: null,
      dodged: [],
      conflicts: [],
      note: null,
    })),
    warnings: [],
    interrupted: false,
  };
}
