/** One random life of a small fleet: commands under faults, kills and foreign edits, then quiet, then the truth. */
import { setTimeout as pause } from 'node:timers/promises';
import type { RunReport } from '../../src/maintenance/types.js';
import { MaintError } from '../../src/model/errors.js';
import type { Fault } from '../../src/sandbox/sandbox.js';
import { seededRandom } from '../../src/sandbox/seeded-random.js';
import type { SandboxRoute } from '../../src/sandbox/state.js';
import {
  type Commands,
  Died,
  type FlyingTime,
  flyingTime,
  Life,
  type Machine,
  startMachine,
} from './mortal-machine.js';
import { isCovered, leftovers, lies, Oracle } from './oracle.js';
import { type RoutedWorld, startRoutedWorld, type ZoneSketch } from './routed-world.js';

/** What went wrong under a seed: empty where nothing did. `trace` tells the story for a person. */
export interface Verdict {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly trace: readonly string[];
}

export interface ScheduleOptions {
  readonly kills: boolean;
  readonly foreignEdits: boolean;
}

export async function playSchedule(seed: number, options: ScheduleOptions): Promise<Verdict> {
  const story = await Story.begin(seed, options);
  try {
    await story.troubledTimes();
    await story.quietTimes();
  } catch (error) {
    story.problem(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    await story.end();
  }
  return { seed, problems: story.problems, trace: story.trace };
}

class Story {
  readonly problems: string[] = [];
  readonly trace: string[] = [];
  readonly #domains: readonly string[];
  readonly #oracle: Oracle;
  readonly #ended: Commands[] = [];
  /** Sites whose routes somebody else changed: only they may end in conflict. */
  readonly #edited = new Set<string>();

  private constructor(
    readonly random: () => number,
    readonly options: ScheduleOptions,
    readonly time: FlyingTime,
    readonly world: RoutedWorld,
    readonly machine: Machine,
    sketches: readonly ZoneSketch[],
  ) {
    this.#domains = sketches.map(({ domain }) => domain);
    this.#oracle = new Oracle(world, this.#domains);
  }

  static async begin(seed: number, options: ScheduleOptions): Promise<Story> {
    const random = seededRandom(seed);
    const time = flyingTime();
    const sketches = sketchFleet(random);
    const listLagMs = random() < 0.3 ? Math.ceil(random() * 2_000) : 0;
    const resetFailOpenOnPut = random() < 0.5;
    const world = await startRoutedWorld(sketches, { now: time.now, listLagMs, resetFailOpenOnPut });
    const token =
      random() < 0.3 ? world.sandbox.tokens.zones([...world.sandbox.state.zones.keys()]) : undefined;
    const machine = await startMachine(world.sandbox, time, random, token === undefined ? {} : { token });
    const story = new Story(random, options, time, world, machine, sketches);
    story.trace.push(`lag ${listLagMs} ms, limited token ${token !== undefined}`, JSON.stringify(sketches));
    const first = machine.process();
    await first.discover();
    await first.close();
    return story;
  }

  problem(text: string): void {
    this.problems.push(text);
  }

  /** Up to three commands, each under faults and with a life that may end at any step. */
  async troubledTimes(): Promise<void> {
    const commands = 1 + Math.floor(this.random() * 3);
    for (let number = 0; number < commands; number += 1) {
      const kind = number === 0 ? 'enable' : this.#pick(['enable', 'disable', 'disable', 'resume'] as const);
      await this.#troubled(kind);
      if (this.options.foreignEdits && this.random() < 0.5) this.#foreignEdit('between', false);
      // Nobody can heed what no list shows yet.
      await this.time.sleep(this.options.foreignEdits ? 5_000 : 0);
    }
  }

  async #troubled(kind: 'enable' | 'disable' | 'resume'): Promise<void> {
    const life = new Life(
      this.options.kills && this.random() < 0.5 ? 1 + Math.floor(this.random() * 70) : undefined,
    );
    const racing = this.#arm(life);
    const process = this.machine.process(life);
    this.#ended.push(process);
    const before = new Map(this.#domains.map((domain) => [domain, [...this.world.routes(domain)]]));
    const selection = this.#domains.filter(() => this.random() < 0.8);
    try {
      const report = await this.#run(process, kind, selection);
      this.#tell(kind, report);
      if (!racing.happened) this.#expectHonest(report, before);
    } catch (error) {
      this.trace.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
      if (!(error instanceof Died || error instanceof MaintError)) throw error;
    } finally {
      // What a dead process still has on its way must find the hook that knows that it is dead.
      if (life.dead) await pause(30);
      this.world.sandbox.faults.clear();
    }
  }

  #run(process: Commands, kind: 'enable' | 'disable' | 'resume', selection: readonly string[]) {
    const concurrency = 1 + Math.floor(this.random() * 3);
    if (kind === 'resume') return process.resume({ concurrency });
    return process[kind](selection, { concurrency });
  }

  /** Arms random faults; the hook counts each request as a step of the life, before and after it is applied. */
  #arm(life: Life): { happened: boolean } {
    const racing = { happened: false };
    const { faults } = this.world.sandbox;
    const hook: Fault['hook'] = () => life.step();
    const outage = this.#outage();
    const intensity = this.random() < 0.2 ? 0.9 : this.random() * 0.3;
    if (this.random() < 0.8) {
      for (let nth = 1; nth <= 80; nth += 1) {
        const fault = outage(nth) ?? (this.random() > intensity ? null : this.#randomFault());
        if (fault === null) continue;
        this.trace.push(`request ${nth}: ${JSON.stringify(fault)}`);
        faults.add({ ...fault, hook, nth });
      }
    }
    if (this.options.foreignEdits && this.random() < 0.3) {
      const nth = 1 + Math.floor(this.random() * 30);
      const edit: Fault['hook'] = (_request, when) => {
        life.step();
        if (when !== 'before') return;
        racing.happened = true;
        this.#foreignEdit(`during request ${nth}`, true);
      };
      faults.add({ nth, hook: edit });
    }
    faults.add({ hook });
    return racing;
  }

  /** In some runs the API breaks down for longer than anybody retries, just after it has made one more change. */
  #outage(): (nth: number) => Fault | null {
    const start = this.random() < 0.4 ? 3 + Math.floor(this.random() * 25) : 1_000;
    const end = start + 6 + Math.floor(this.random() * 12);
    return (nth) => {
      if (nth < start || nth > end) return null;
      return nth === start ? { dropAfter: true } : { html: 502 };
    };
  }

  #randomFault(): Fault {
    const busy = {
      success: false,
      errors: [{ code: 971, message: 'slow down' }],
      messages: [],
      result: null,
    };
    const faults: Fault[] = [
      { dropBefore: true },
      { dropAfter: true },
      { dropAfter: true },
      { html: 500 },
      { html: 502 },
      { concurrentModification: true },
      { truncate: true },
      { respondAfter: { status: 500, body: 'oops' } },
      { respond: { status: 429, headers: { 'retry-after': '2' }, body: busy } },
    ];
    return this.#pick(faults);
  }

  #foreignEdit(when: string, racing: boolean): void {
    const domain = this.#pick(this.#domains);
    const routes = this.world.routes(domain);
    const kind = this.#pick(['repoint', 'remove', 'replace', 'add', 'add'] as const);
    if (kind === 'add' || routes.length === 0) {
      const pattern = this.#pick([`${domain}/new/*`, `${domain}/*`, `www.${domain}/*`]);
      if (this.world.route(domain, pattern) !== undefined) return;
      const route = this.world.newRoute(pattern, this.#pick(['theirs', null]));
      this.world.edit(domain, (all) => [...all, route]);
      this.#noteEdit(domain, pattern, `${when}: somebody adds ${pattern}`, racing);
      return;
    }
    const { pattern, id } = this.#pick(routes);
    this.world.edit(domain, (all) => all.flatMap((route) => changed(route, id, kind, this.world)));
    this.#noteEdit(domain, pattern, `${when}: somebody does ${kind} ${pattern}`, racing);
  }

  #noteEdit(domain: string, pattern: string, line: string, racing: boolean): void {
    this.#oracle.edited(domain, pattern, racing);
    this.#edited.add(domain);
    this.trace.push(line);
  }

  /** No more faults: one more command must reach its goal, and `disable` must leave all as it was. */
  async quietTimes(): Promise<void> {
    this.trace.push('quiet');
    if (this.options.foreignEdits) await this.time.sleep(5_000);
    const process = this.machine.process();
    this.#ended.push(process);
    const goal = this.#pick(['disable', 'enable', 'resume', 'recover'] as const);
    if (goal === 'enable') await this.#expectEnabled(process);
    if (goal === 'resume') await this.#expectResumed(process);
    if (goal === 'recover') await process.recover(this.world.accounts);
    await this.#expectDisabled(process);
  }

  async #expectEnabled(process: Commands): Promise<void> {
    this.#tell('enable', await process.enable(this.#domains));
    for (const domain of this.#domains) {
      if (!isCovered(this.world, domain)) this.problem(`${domain} is not covered after a quiet enable`);
    }
    await this.#expectStill('enable', () => process.enable(this.#domains));
    await this.#expectNothingOpen(process);
  }

  async #expectResumed(process: Commands): Promise<void> {
    this.#tell('resume', await process.resume());
    await this.#expectNothingOpen(process);
    await this.#expectStill('resume', () => process.resume());
  }

  async #expectNothingOpen(process: Commands): Promise<void> {
    const open = process.engine.store.events.openSites().filter(({ state }) => state !== 'up');
    for (const { domain, state } of open) this.problem(`${domain} is left ${state}`);
  }

  async #expectDisabled(process: Commands): Promise<void> {
    const report = await process.disable(this.#domains);
    this.#tell('disable', report);
    const conflicts = report.sites.filter((site) => site.outcome === 'conflict');
    for (const site of report.sites) {
      const fine = ['disabled', 'unchanged', 'conflict'].includes(site.outcome);
      if (!fine) this.problem(`${site.domain} ends ${site.outcome}: ${site.error?.message}`);
    }
    for (const { domain } of conflicts) {
      if (!this.#edited.has(domain)) this.problem(`${domain} is in conflict, but nobody else touched it`);
    }
    await this.#expectStill('disable', () => process.disable(this.#domains));
    if (conflicts.length > 0)
      this.#tell('accept', await process.disable(this.#domains, { acceptChanges: true }));
    for (const text of [...this.#oracle.differences(), ...leftovers(this.world)]) this.problem(text);
    const open = process.engine.store.events.openSites();
    for (const { domain, state } of open) this.problem(`${domain} is still ${state} in the end`);
    const unsettled = process.engine.store.operations.unsettled();
    for (const { subject, action } of unsettled) this.problem(`${action} ${subject} is unsettled in the end`);
    await this.#expectStill('disable', () => process.disable(this.#domains));
  }

  async #expectStill(name: string, again: () => Promise<RunReport>): Promise<void> {
    const before = this.world.sandbox.mutations().length;
    await again();
    const sent = this.world.sandbox.mutations().slice(before);
    for (const { method, path } of sent) this.problem(`a second ${name} sent ${method} ${path}`);
  }

  #expectHonest(report: RunReport, before: ReadonlyMap<string, readonly SandboxRoute[]>): void {
    for (const site of report.sites) for (const lie of lies(this.world, before, site)) this.problem(lie);
  }

  #tell(kind: string, report: RunReport): void {
    const ends = report.sites.map(
      ({ domain, outcome, error }) => `${domain} ${outcome} ${error?.message ?? ''}`,
    );
    this.trace.push(`${kind}: ${ends.join('; ')} ${report.warnings.join(' ')}`);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)] as T;
  }

  async end(): Promise<void> {
    await this.world.sandbox.close();
    await Promise.all(this.#ended.map((process) => process.close()));
    this.machine.close();
  }
}

function changed(
  route: SandboxRoute,
  id: string,
  kind: 'repoint' | 'remove' | 'replace',
  world: RoutedWorld,
): SandboxRoute[] {
  if (route.id !== id) return [route];
  if (kind === 'remove') return [];
  if (kind === 'repoint') return [{ ...route, script: 'theirs' }];
  return [world.newRoute(route.pattern, 'theirs')];
}

/** Two to four zones in two accounts, each with some of the routes that real zones have. */
function sketchFleet(random: () => number): ZoneSketch[] {
  const zones = 2 + Math.floor(random() * 3);
  return Array.from({ length: zones }, (_, index) => {
    const domain = `${['ash', 'birch', 'cedar', 'dogwood'][index]}.example`;
    const all: ZoneSketch['routes'] = [
      [`${domain}/*`, 'shop', true],
      [`${domain}/api/*`, 'api'],
      [`${domain}/status/*`, null],
      [`www.${domain}/*`, 'shop'],
      [`*.${domain}/*`, 'theirs', true],
    ];
    return { domain, account: index === 1 ? 1 : 0, routes: all.filter(() => random() < 0.3) };
  });
}
