/**
 * The monitor as it is, with its own passes, decisions, brake, lock and loop, on a clock that runs as fast as the
 * machine can. Only checks, acts and the network are played.
 */
import { MaintError } from '../../src/model/errors.js';
import { DEFAULT_POLICY, type Target } from '../../src/model/target.js';
import { createMonitor } from '../../src/monitoring/monitor.js';
import type { Checker, MonitorActs, MonitorParts, MonitorPass } from '../../src/monitoring/types.js';
import { seededRandom } from '../../src/sandbox/seeded-random.js';
import { openStore } from '../../src/store/open.js';
import type { NewSite, Store } from '../../src/store/store.js';
import { Judge, type Violation } from './judge.js';
import { lightStore } from './light-store.js';
import { isVisible, Pages, reportOf, secretOf } from './pages.js';
import { People } from './people.js';
import { DAY, HOUR, MINUTE, makeWorld } from './world.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly sites: number;
  readonly days: number;
  /** Ends after so many days of the same time: to look at what a longer run has found. */
  readonly until?: number;
  /** `cron`: a pass an interval over every target. `loop`: the loop, which spreads them. */
  readonly mode: 'cron' | 'loop';
  /** How often each site is checked, in milliseconds. */
  readonly intervalMs: number;
  /** How many times as often as usual a site fails; 1 unless given. */
  readonly trouble?: number;
  readonly store: 'light' | 'sqlite';
  /** Told now and then how many days are over. */
  readonly onDay?: (day: number) => void;
}

export interface SimulationOutcome {
  readonly violations: readonly Violation[];
  readonly counts: Counts;
  /** Everything that was done to pages, in order; `minute action domain`. */
  readonly deeds: readonly string[];
}

type Counts = Record<
  | 'checks'
  | 'lost'
  | 'passes'
  | 'enabled'
  | 'lifted'
  | 'failed'
  | 'byPeople'
  | 'heldPasses'
  | 'messages'
  | 'deaths',
  number
>;

const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const MAX_SHARE = 50;
/** Chances: a check is lost on the way; a process dies in an act, more often in trouble; Cloudflare refuses one site. */
const LOSS = 0.01;
const DEATH = 0.03;
const MOST_DEATHS = 0.25;
const REFUSAL = 0.02;
/** What the loop sleeps between two looks at its targets: a second would be twelve times the work. */
const TICK_MS = 12_000;

/** The process was killed: whoever hears it writes nothing any more. */
class Killed extends Error {}

export async function runSimulation(options: SimulationOptions): Promise<SimulationOutcome> {
  const stage = await setStage(options);
  await (options.mode === 'cron' ? runPasses(stage) : runLoop(stage));
  stage.store.close();
  const { judge, counts, people, deeds } = stage;
  return { violations: judge.violations, counts: { ...counts, byPeople: people.deeds }, deeds };
}

type Stage = Awaited<ReturnType<typeof setStage>>;

async function setStage(options: SimulationOptions) {
  const { seed, sites, days, intervalMs, store: kind, onDay } = options;
  const random = seededRandom(seed);
  const lengthMs = days * DAY;
  const world = makeWorld(random, sites, lengthMs, options.trouble ?? 1);
  const store =
    kind === 'light' ? lightStore() : await openStore({ path: ':memory:', now: () => new Date(BEGIN) });
  const targets = fillStore(store, options, random);
  const domains = targets.map(({ domain }) => domain);
  const pages = new Pages(store);
  const judge = new Judge({
    world,
    pages,
    maxShare: MAX_SHARE,
    rhythm: intervalMs,
    sites: targets.map((policy) => ({ domain: policy.domain, policy })),
  });
  const time = { now: 0, offset: 0, jump: 0, asleep: 0, day: 0 };
  const wallClock = () => BEGIN + time.now + time.offset;
  const deeds: string[] = [];
  const note = (what: string, domain: string) =>
    deeds.push(`${Math.round(time.now / MINUTE)} ${what} ${domain}`);
  const onLifted = (domain: string) => {
    note('person lifted', domain);
    judge.personLifted(domain);
  };
  const people = new People({ random, pages, domains, lengthMs, wallClock, onLifted });
  const counts: Counts = {
    checks: 0,
    lost: 0,
    passes: 0,
    enabled: 0,
    lifted: 0,
    failed: 0,
    byPeople: 0,
    heldPasses: 0,
    messages: 0,
    deaths: 0,
  };
  return {
    random,
    /** When the simulation ends, in milliseconds. */
    endMs: Math.min(days, options.until ?? days) * DAY,
    intervalMs,
    trouble: options.trouble ?? 1,
    world,
    store,
    pages,
    judge,
    time,
    wallClock,
    people,
    counts,
    deeds,
    note,
    onDay,
  };
}

const PLAIN_SITE: Omit<NewSite, 'domain' | 'zoneId' | 'zoneName'> = {
  accountId: 'account',
  environment: 'production',
  project: null,
  owner: null,
  tags: [],
  active: true,
  inactiveReason: null,
  token: null,
  plan: null,
};

function fillStore(store: Store, { sites, intervalMs }: SimulationOptions, random: () => number): Target[] {
  const domains = Array.from(
    { length: sites },
    (_, index) => `site-${String(index).padStart(4, '0')}.example`,
  );
  const at = new Date(BEGIN).toISOString();
  store.sites.insert(
    domains.map((domain) => ({ ...PLAIN_SITE, domain, zoneId: domain, zoneName: domain })),
    at,
  );
  return domains.map((domain, index) =>
    store.targets.insert(
      domain,
      {
        ...DEFAULT_POLICY,
        intervalMs,
        minHoldMs: index % 3 === 0 ? 10 * MINUTE : 0,
        url: `https://${domain}/health/`,
        autoEnable: random() < 0.8,
        autoDisable: random() < 0.9,
      },
      at,
    ),
  );
}

/** Moves everything but the monitor to a moment; true where the machine slept meanwhile. */
function advance({ time, world, judge, people, onDay }: Stage, now: number): void {
  time.now = now;
  const jump = world.jumps[time.jump];
  if (jump !== undefined && jump.at <= now) {
    time.jump += 1;
    time.offset += jump.ms;
    judge.clockJumped(now);
  }
  people.act(now);
  const day = Math.floor(now / DAY);
  if (day === time.day) return;
  time.day = day;
  onDay?.(day);
}

async function runPasses(stage: Stage): Promise<void> {
  const { time, world, endMs, intervalMs } = stage;
  for (let now = 0; now < endMs; now += intervalMs) {
    advance(stage, now);
    if (world.asleep.isOn(now)) continue;
    const process = startProcess(stage);
    try {
      const pass = await process.monitor.pass();
      afterPass(stage, pass);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    if (now % DAY === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  time.now = endMs;
}

async function runLoop(stage: Stage): Promise<void> {
  const { time, endMs } = stage;
  while (time.now < endMs) {
    const process = startProcess(stage);
    try {
      await process.monitor.loop({
        tickMs: TICK_MS,
        onPass: (pass) => afterPass(stage, pass),
        onError: (error: MaintError) => {
          throw error;
        },
      });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      advance(stage, time.now + TICK_MS);
    }
  }
}

function afterPass({ judge, time, store, counts, wallClock }: Stage, pass: MonitorPass): void {
  counts.passes += 1;
  if (pass.held !== null) counts.heldPasses += 1;
  counts.failed += pass.actions.filter(({ outcome }) => outcome === 'failed').length;
  const isFrozen = (targetId: number) => {
    const left = Date.parse(store.targets.get(targetId)?.standing.frozenUntil ?? '') - wallClock();
    // An end that is far away was set before the clock was put back, and binds nobody.
    return left > 0 && left <= HOUR / 2;
  };
  judge.afterPass(pass, time.now, isFrozen);
}

/** A process of the monitor: it may die, and then another one is started. */
function startProcess(stage: Stage) {
  const { store, time, world, counts, judge, endMs, intervalMs, wallClock } = stage;
  const life = { dead: false };
  const alive = <T>(work: () => T): T => {
    if (life.dead) throw new Killed();
    return work();
  };
  const mortal: Store = {
    ...store,
    transaction: (work) => alive(() => store.transaction(work)),
    targets: { ...store.targets, cover: (ids) => alive(() => store.targets.cover(ids)) },
  };
  const ended = new AbortController();
  const suspended = { ms: 0 };
  const parts: MonitorParts = {
    store: mortal,
    checker: checkerOf(stage, life),
    // The network that comes back while a pass is under way: the checks failed, the witness answers.
    networkProof: async () => !world.networkGone.isOn(time.now + intervalMs),
    act: actsOf(stage, life),
    bypassHeader: 'x-maint-bypass',
    clock: () => new Date(wallClock()),
    monotonic: () => time.now - suspended.ms,
    sleep: async (ms) => {
      const before = time.now;
      let now = before + ms;
      const sleep = world.asleep.spanAt(now);
      if (sleep !== null) {
        now = sleep.to;
        // A suspended machine's monotonic clock stands still, that of a busy one does not.
        if (stage.random() < 0.5) suspended.ms += now - before - ms;
      }
      advance(stage, now);
      if (Math.floor(now / DAY) !== Math.floor(before / DAY)) await new Promise((go) => setImmediate(go));
      if (now >= endMs) ended.abort();
    },
    runId: () => `run-${counts.passes}-${time.now}`,
    machine: { host: 'simulated', pid: process.pid },
    actor: 'monitor',
    concurrency: 64,
    maxShare: MAX_SHARE,
    onEvents: (events) => {
      counts.messages += events.length;
      if (events.some(({ type }) => ['down', 'held', 'frozen'].includes(type))) judge.told(time.now);
    },
    stop: ended.signal,
  };
  return { monitor: createMonitor(parts) };
}

/** Half of the time would go into writing the same moment for every site. */
function momentWriter(): (ms: number) => string {
  let last = { ms: Number.NaN, text: '' };
  return (ms) => {
    if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
    return last.text;
  };
}

function checkerOf(stage: Stage, life: { dead: boolean }): Checker {
  const { random, time, world, pages, judge, people, counts, intervalMs, wallClock } = stage;
  const moment = momentWriter();
  return {
    check: async (target, bypass) => {
      // People do not wait for a pass to end.
      if (random() < 0.001) people.act(time.now + intervalMs / 2);
      if (random() < 2e-6) life.dead = true;
      const site = target.id - 1;
      counts.checks += 1;
      judge.checked(site, time.now);
      const at = moment(wallClock());
      const seen = { targetId: target.id, at, detail: null, connectMs: 1, firstByteMs: 2, totalMs: 3 };
      const lost = random() < LOSS;
      if (lost) counts.lost += 1;
      if (lost || world.networkGone.isOn(time.now)) {
        return { ...seen, verdict: 'failure', error: 'timeout', statusCode: null };
      }
      const page = pages.of(target.domain);
      if (isVisible(page) && bypass?.value !== secretOf(page.eventId)) {
        return { ...seen, verdict: 'excused', error: 'own-page', statusCode: 503 };
      }
      return world.outages[site]?.isOn(time.now)
        ? { ...seen, verdict: 'failure', error: 'http', statusCode: 500 }
        : { ...seen, verdict: 'success', error: null, statusCode: 200 };
    },
    close: async () => {},
  };
}

function actsOf(stage: Stage, life: { dead: boolean }): MonitorActs {
  const { random, time, world, pages, judge, people, counts, wallClock, note } = stage;
  const deathChance = Math.min(MOST_DEATHS, DEATH * stage.trouble);
  const die = () => {
    life.dead = true;
    counts.deaths += 1;
    throw new Killed();
  };
  const ensureApi = () => {
    if (world.apiGone.isOn(time.now)) throw new MaintError('remote-unreachable', 'The API does not answer.');
  };
  return {
    enable: async (sites) => {
      ensureApi();
      const refused = sites.filter(() => random() < REFUSAL).map(({ domain }) => domain);
      const chosen = sites.map(({ domain }) => domain).filter((domain) => !refused.includes(domain));
      const fresh = chosen.filter((domain) => pages.of(domain) === null);
      for (const domain of chosen) judge.enabling(domain, time.now);
      for (const domain of fresh) note('enabled', domain);
      counts.enabled += fresh.length;
      const eventId = fresh.length > 0 ? pages.open(fresh, 'monitor', time.now, wallClock()) : null;
      if (random() < deathChance) {
        const half = fresh.find(() => random() < 0.5);
        if (half !== undefined) pages.leaveHalfDone(half, 'opening');
        die();
      }
      if (eventId !== null) people.hearOf(fresh, eventId, time.now);
      return reportOf([
        ...chosen.map((domain) => ({ domain, outcome: 'enabled' as const, eventId: pages.finish(domain) })),
        ...refused.map((domain) => ({ domain, outcome: 'failed' as const, eventId: null })),
      ]);
    },
    disable: async (sites) => {
      ensureApi();
      for (const { domain } of sites) judge.lifting(domain, time.now);
      if (random() < deathChance) {
        for (const { domain } of sites) if (random() < 0.5) pages.leaveHalfDone(domain, 'closing');
        die();
      }
      counts.lifted += sites.length;
      return reportOf(
        sites.map(({ domain }) => {
          note('lifted', domain);
          return { domain, outcome: 'disabled' as const, eventId: pages.lift(domain) };
        }),
      );
    },
  };
}
