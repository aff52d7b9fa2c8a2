/** A machine with `maint` on it, joined as in `src/maint.ts`, but with time that flies and a life that can end. */
import { hostname } from 'node:os';
import { createCloudflare } from '../../src/cloudflare/client.js';
import { prepareDisable } from '../../src/maintenance/disable.js';
import { prepareEnable } from '../../src/maintenance/enable.js';
import type { Engine } from '../../src/maintenance/engine.js';
import { recoverAccount } from '../../src/maintenance/recover.js';
import { resume } from '../../src/maintenance/resume.js';
import type { DisableOptions, EnableOptions, RunReport } from '../../src/maintenance/types.js';
import type { Site } from '../../src/model/site.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { discover } from '../../src/setup/discover.js';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/store.js';

/** Time that passes only when somebody sleeps. */
export interface FlyingTime {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export function flyingTime(start = 1_800_000_000_000): FlyingTime {
  let moment = start;
  return {
    now: () => moment,
    async sleep(ms) {
      moment = Math.max(moment, moment + ms);
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
}

/** Thrown through a process that is dead, so that its promises end; it can do nothing any more. */
export class Died extends Error {}

/** The life of one process: it ends at the given step, counted over commits and requests. */
export class Life {
  dead = false;
  steps = 0;
  readonly #until: number;

  constructor(until = Number.POSITIVE_INFINITY) {
    this.#until = until;
  }

  /** One more instant at which a process can be killed. */
  step(): void {
    this.#ensureAlive();
    this.steps += 1;
    if (this.steps < this.#until) return;
    this.dead = true;
    throw new Died('killed');
  }

  #ensureAlive(): void {
    if (this.dead) throw new Died('killed');
  }
}

const COMMITS = new Set([
  'insert',
  'update',
  'addSites',
  'setSiteState',
  'endIfDone',
  'markRemoved',
  'intend',
  'settle',
  'write',
  'acquire',
  'release',
  'transaction',
]);

/** The store as a process sees it that dies before or after one of its commits. */
function mortalStore(store: Store, life: Life): Store {
  const wrap = <T extends object>(table: T): T =>
    new Proxy(table, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'object' && value !== null) return wrap(value);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (life.dead) throw new Died('killed');
          const commits = COMMITS.has(String(name));
          if (commits) life.step();
          const result: unknown = Reflect.apply(value, target, args);
          if (commits) life.step();
          return result;
        };
      },
    });
  return wrap(store);
}

export interface Machine {
  readonly store: Store;
  /** Starts a process: every command of it dies with `life`. */
  process(life?: Life): Commands;
  close(): void;
}

export interface Commands {
  readonly engine: Engine;
  sites(domains?: readonly string[]): Site[];
  discover(): Promise<void>;
  enable(domains: readonly string[], options?: Partial<EnableOptions>): Promise<RunReport>;
  disable(domains: readonly string[], options?: Partial<DisableOptions>): Promise<RunReport>;
  resume(options?: Partial<DisableOptions>): Promise<RunReport>;
  recover(accounts: readonly string[]): Promise<void>;
  /** Anything else that a process does with its engine. */
  run<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One SQLite file (in memory by default) and whatever processes are started on it. */
export async function startMachine(
  sandbox: Sandbox,
  time: FlyingTime,
  random: () => number,
  options: { readonly path?: string; readonly token?: string } = {},
): Promise<Machine> {
  const dead = new Set<number>();
  const store = await openStore({
    path: options.path ?? ':memory:',
    now: () => new Date(),
    isAlive: (pid) => (pid > LARGEST_PID ? !dead.has(pid) : lives(pid)),
  });
  let pids = LARGEST_PID;
  return {
    store,
    process(life = new Life()) {
      const pid = ++pids;
      const onDeath = () => void dead.add(pid);
      return commandsOf(sandbox, store, { time, random, life, pid, onDeath, token: options.token });
    },
    close: () => store.close(),
  };
}

/** Linux gives out no higher ones, so that a process of a test cannot be taken for a real one. */
const LARGEST_PID = 4_194_304;

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

interface ProcessParts {
  readonly time: FlyingTime;
  readonly random: () => number;
  readonly life: Life;
  readonly pid: number;
  readonly onDeath: () => void;
  readonly token: string | undefined;
}

function commandsOf(sandbox: Sandbox, shared: Store, parts: ProcessParts): Commands {
  const { time, random, life } = parts;
  const store = mortalStore(shared, life);
  const sleep = async (ms: number) => {
    if (life.dead) throw new Died('killed');
    await time.sleep(ms);
    if (life.dead) throw new Died('killed');
  };
  const api = createCloudflare({
    token: parts.token ?? sandbox.tokens.all,
    baseUrl: sandbox.apiUrl,
    budget: { take: () => 0, block: () => {}, used: () => 0 },
    priority: 'urgent',
    maxWaitMs: 600_000,
    now: time.now,
    monotonic: time.now,
    sleep,
    random,
    userAgent: 'maint/test',
  });
  const engine: Engine = {
    store,
    cloudflare: () => api,
    sent: () => api.sent,
    budgetLeft: () => 1000,
    clock: () => new Date(),
    monotonic: time.now,
    sleep,
    randomBytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    probe: async () => ({ status: null, eventId: null, redirectsTo: null, failure: 'name' }),
    verifyDeadlineMs: 0,
    machine: { host: hostname(), pid: parts.pid },
  };
  const base = { actor: 'ann', verify: false };
  const sites = (domains?: readonly string[]) =>
    shared.sites.select().filter((site) => domains === undefined || domains.includes(site.domain));
  const mortal = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const result = await work();
      if (life.dead) throw new Died('killed');
      return result;
    } catch (error) {
      if (!life.dead) throw error;
      parts.onDeath();
      throw new Died('killed');
    }
  };
  return {
    engine,
    sites,
    discover: () =>
      mortal(async () => {
        await discover(
          { tokens: [{ name: null, open: () => api }], store: shared, clock: engine.clock },
          { actor: 'ann' },
        );
      }),
    enable: (domains, options) =>
      mortal(async () => (await prepareEnable(engine, sites(domains), { ...base, ...options })).apply()),
    disable: (domains, options) =>
      mortal(async () => (await prepareDisable(engine, sites(domains), { ...base, ...options })).apply()),
    resume: (options) => mortal(() => resume(engine, { ...base, ...options })),
    recover: (accounts) =>
      mortal(async () => {
        for (const account of accounts)
          await recoverAccount(engine, account, { runId: 'recover', actor: 'ann' });
      }),
    run: (work) => mortal(() => work(engine)),
    close: () => api.close(),
  };
}
