/** A sandbox, a store file and an environment that joins them: what a flow test works on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  describeEnvironment,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/sandbox.js';
import { openStore } from '../../src/store/open.js';
import { Database } from '../../src/store/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { type Run, type RunOptions, runMaint } from './run-maint.js';

export interface Bench {
  readonly sandbox: Sandbox;
  /** Two accounts are in every fleet. */
  readonly accounts: readonly [string, string];
  readonly folder: string;
  /** The store of the machine that `maint` runs on. */
  readonly db: string;
  readonly env: Readonly<Record<string, string>>;
  maint(...argv: string[]): Promise<Run>;
  /** `maint` with a surrounding of its own: another token, a person, a second machine. */
  maintWith(options: Partial<RunOptions>, ...argv: string[]): Promise<Run>;
  /** The requests that `work` makes the API serve. */
  requestsOf<T>(work: () => Promise<T>): Promise<{ result: T; requests: Sandbox['requests'] }>;
  /** Works on the store past the command line. */
  withStore<T>(work: (store: Store) => T): Promise<T>;
  /** As if all that was sent so far had been sent long ago: nobody waits for it to land after a crash. */
  landed(): void;
  zoneId(domain: string): string;
  routesOf(
    domain: string,
  ): readonly { pattern: string; script: string | null; request_limit_fail_open: boolean }[];
  close(): Promise<void>;
}

export interface BenchOptions extends SandboxOptions {
  /** False where a test has the sandbox say what Cloudflare never would. */
  readonly recorded?: boolean;
}

/** With MAINT_TEST_RECORD set, every call of every flow test is appended to that file. */
export async function startBench({ recorded = true, ...options }: BenchOptions = {}): Promise<Bench> {
  const recordTo = recorded ? process.env.MAINT_TEST_RECORD : undefined;
  const sandbox = await startSandbox({
    edge: false,
    ...(recordTo === undefined ? {} : { recordTo }),
    ...options,
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'maint-flow-'));
  const db = path.join(folder, 'maint.db');
  const env = {
    // Without an edge nobody listens: probes end at once and ask no name server.
    MAINT_CONNECT_TO: '127.0.0.1:9',
    ...describeEnvironment(sandbox),
    MAINT_DB: db,
    MAINT_ACTOR: 'ann',
  };
  const zoneId = (domain: string) => {
    for (const zone of sandbox.state.zones.values()) if (zone.name === domain) return zone.id;
    throw new Error(`the sandbox has no zone ${domain}`);
  };
  const maintWith = (options: Partial<RunOptions>, ...argv: string[]) =>
    runMaint(argv, { home: folder, ...options, env: { ...env, ...options.env } });
  return {
    sandbox,
    accounts: [...sandbox.state.accounts.keys()] as [string, string],
    folder,
    db,
    env,
    maint: (...argv) => maintWith({}, ...argv),
    maintWith,
    requestsOf: async (work) => {
      const before = sandbox.requests.length;
      const result = await work();
      return { result, requests: sandbox.requests.slice(before) };
    },
    withStore: async (work) => {
      const store = await openStore({ path: db, now: () => new Date(), readonly: false });
      try {
        return work(store);
      } finally {
        store.close();
      }
    },
    landed: () => {
      const database = new Database(db);
      database.prepare('update operations set started_at = ?').run(new Date(0).toISOString());
      database.close();
    },
    zoneId,
    routesOf: (domain) => sandbox.state.routes.get(zoneId(domain)) ?? [],
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
