/** What goes into and comes out of the monitor. */
import type { RunReport } from '../maintenance/types.js';
import type { MaintError } from '../model/errors.js';
import type { Notice } from '../model/notice.js';
import type { Site, SiteMaintenance } from '../model/site.js';
import type { CheckError, CheckResult, Target, TargetState } from '../model/target.js';
import type { LockHolder, Store } from '../store/store.js';

/** The page that is up on a site, as far as a decision depends on it. */
export type OpenPage = Pick<SiteMaintenance, 'eventId' | 'kind' | 'since'> & {
  /** Set where a run that was to put it up or to lift it has not finished. */
  readonly unfinished?: 'opening' | 'closing' | null;
};

/** A request header. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** Looks at one target. Never rejects but when `signal` fires; whatever goes wrong is in the result. */
export interface Checker {
  /** `bypass` is sent to the target's own origin only, never along a redirect elsewhere. */
  check(target: Target, bypass: Header | null, signal?: AbortSignal): Promise<CheckResult>;
  close(): Promise<void>;
}

/** Tells whether this machine's own network works; asked at most once a pass. */
export type NetworkProof = (signal?: AbortSignal) => Promise<boolean>;

/** What the monitor does to sites, through the same plan, guard, journal and apply as a person. */
export interface MonitorActs {
  enable(sites: readonly Site[], reason: string): Promise<RunReport>;
  disable(sites: readonly Site[]): Promise<RunReport>;
  /** Why a site must not be touched, or null: the guard asked for one site, so that others are not kept back. */
  refusal?(site: Site): string | null;
}

/** Something to tell people: at most one of a type in a pass, with every site that it is about. */
export type MonitorEvent = Omit<Notice, 'actor' | 'manual'>;

/** Everything that a monitor needs from outside. */
export interface MonitorParts {
  readonly store: Store;
  readonly checker: Checker;
  /** Null: nobody is asked, every failure counts. */
  readonly networkProof: NetworkProof | null;
  readonly act: MonitorActs;
  /** The name of the header that the secret of an event goes into. */
  readonly bypassHeader: string;
  readonly clock: () => Date;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly runId: () => string;
  readonly machine: { readonly host: string; readonly pid: number };
  readonly actor: string;
  /** Checks that run at the same time. */
  readonly concurrency: number;
  /** Percent of the sites checked that may turn down together before nothing is enabled. */
  readonly maxShare: number;
  /** Only targets of these sites; undefined means all. */
  readonly domains?: readonly string[];
  /** Checks and decides; records nothing, tells nobody, changes nothing. */
  readonly dryRun?: boolean;
  /**
   * Told of what happened. Called inside the transaction that records it, so that a queue in the same store
   * loses nothing; it must not wait. `held` and `failed` come again with every pass for as long as they are so.
   */
  readonly onEvents?: (events: readonly MonitorEvent[]) => void;
  /** No check is begun, and checks under way are cut, once it fires. */
  readonly stop?: AbortSignal;
}

/** One check as a pass reports it. */
export interface PassCheck {
  readonly targetId: number;
  readonly domain: string;
  readonly url: string;
  readonly ok: boolean;
  readonly verdict: CheckResult['verdict'];
  readonly statusCode: number | null;
  readonly responseTimeMs: number;
  readonly connectMs: number | null;
  readonly firstByteMs: number | null;
  readonly error: CheckError | null;
  readonly detail: string | null;
  readonly state: TargetState;
  readonly failures: number;
  readonly successes: number;
}

/** What the monitor did to a site, or was kept from doing. */
export interface PassAction {
  readonly domain: string;
  readonly action: 'enable' | 'disable';
  /** `planned`: what a pass that is not a dry run would do. */
  readonly outcome: 'enabled' | 'disabled' | 'failed' | 'held' | 'planned';
  readonly eventId: string | null;
  readonly reason: string;
}

/** One pass over the targets that were due. */
export interface MonitorPass {
  readonly at: string;
  readonly checked: number;
  /** Why nothing was enabled although sites are down, or null. */
  readonly held: string | null;
  /** Whether this machine's network was proven; null where nobody had to be asked. */
  readonly network: boolean | null;
  readonly checks: readonly PassCheck[];
  readonly actions: readonly PassAction[];
  /** Who is at it already, where this pass did nothing for that reason. */
  readonly alreadyRunning: LockHolder | null;
  /** Set where it was stopped half-way: checks under way were cut and do not count. */
  readonly interrupted: boolean;
}

export interface PassOptions {
  /** Checks every target, due or not. */
  readonly now?: boolean;
}

export interface LoopOptions {
  /** How often to look for targets that are due, in milliseconds. */
  readonly tickMs?: number;
  /** Told of each pass that checked or did something. */
  readonly onPass: (pass: MonitorPass) => void;
  /** Told of what made a pass fail as a whole, for example a store that is busy; the loop goes on. */
  readonly onError?: (error: MaintError) => void;
}

export interface Monitor {
  pass(options?: PassOptions): Promise<MonitorPass>;
  /**
   * Passes until `stop` fires. Returns the holder of the lock at once where another monitor runs already,
   * else null at the end.
   */
  loop(options: LoopOptions): Promise<LockHolder | null>;
}
