/** What goes into and comes out of the engine: options, prepared runs, reports. */
import type { ErrorReport } from '../model/errors.js';
import type { PageContent } from '../model/event.js';
import type { ChangeAction, Conflict, DisablePlan, Dodge, EnablePlan } from '../model/plan.js';
import type { OnProgress } from '../model/progress.js';
import type { EventKind, ExistingRoutes, OnLimit, Outcome } from '../model/vocabulary.js';

/** Options that every changing run has. */
export interface RunOptions {
  readonly actor: string;
  /** Sites that are worked on at the same time. */
  readonly concurrency?: number;
  /** Whether to look at the sites through the edge afterwards. Default true. */
  readonly verify?: boolean;
  /** Overrides guards and conflicts. */
  readonly force?: boolean;
  /**
   * Carries out what somebody who may change these sites has asked for in advance, as `--auto-enable` of a target
   * is: whose they are is not asked again.
   */
  readonly standingOrder?: boolean;
  readonly onProgress?: OnProgress;
  /** Soft stop: no new site is begun, what is under way is finished and journalled. */
  readonly stop?: AbortSignal;
}

/** A page that breaks a limit, or an end that is past or more than a year away, is refused as `usage`. */
export interface EnableOptions extends RunOptions, Partial<PageContent> {
  readonly kind?: EventKind;
  readonly reason?: string | null;
  /** RFC 3339 with a zone. */
  readonly until?: string | null;
  readonly autoEnd?: boolean;
  /** What a person asked for; undefined means take-over, and lets large runs skip what they need not read. */
  readonly existingRoutes?: ExistingRoutes;
  /** What the page's routes do past the daily requests of Workers Free; undefined leaves routes as they are. */
  readonly onLimit?: OnLimit;
  /** A guard: refuse to touch more sites than this. */
  readonly maxSites?: number;
  /** Goes on with an event that an interrupted run began, instead of a new one. */
  readonly continueEvent?: string;
}

export interface DisableOptions extends RunOptions {
  /** Close the event and keep what others changed meanwhile. */
  readonly acceptChanges?: boolean;
}

/** What a run is expected to cost. */
export interface Estimate {
  /** API calls at least, those already made for looking not counted. */
  readonly requests: number;
  /** Milliseconds, waits for the rate limit included. */
  readonly durationMs: number;
  /** Requests left in the shared budget now. */
  readonly budgetLeft: number;
}

/** A run that was looked at and planned but not begun: print it, ask, then `apply` or let go. */
export interface Prepared<P extends EnablePlan | DisablePlan = EnablePlan | DisablePlan> {
  readonly plan: P;
  readonly estimate: Estimate;
  /** Guards that refuse this run; `--force` overrides them. */
  readonly refusals: readonly string[];
  /** The report of the plan itself, for a dry run. */
  preview(): RunReport;
  /** Writes into the log that its guards refused it; `apply` does so itself. */
  recordRefusal(): void;
  apply(): Promise<RunReport>;
}

/** One change as reports show it: script names before and after, null for none. */
export interface ReportedChange {
  readonly action: ChangeAction;
  readonly pattern: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface SiteReport {
  readonly domain: string;
  readonly outcome: Outcome;
  /** Whether the edge showed it: null where nobody looked or could look. */
  readonly verified: boolean | null;
  readonly changes: readonly ReportedChange[];
  readonly error: ErrorReport | null;
  readonly eventId: string | null;
  readonly dodged: readonly Dodge[];
  readonly conflicts: readonly Conflict[];
  readonly note: string | null;
}

export interface RunReport {
  readonly dryRun: boolean;
  readonly eventId: string | null;
  readonly summary: {
    readonly selected: number;
    readonly changed: number;
    readonly unchanged: number;
    readonly failed: number;
    readonly unknown: number;
    readonly conflicts: number;
  };
  readonly requests: number;
  readonly durationMs: number;
  readonly estimate: Estimate | null;
  readonly sites: readonly SiteReport[];
  readonly warnings: readonly string[];
  /** Set where the run was stopped half-way: what was not begun is `skipped`. */
  readonly interrupted: boolean;
}

export type Observed = 'live' | 'maintenance' | 'partial' | 'unknown';

export interface HostCoverage {
  readonly hostname: string;
  /** `covered`: the page; `open`: no page; `dodged`: covered but some URLs get round it. */
  readonly coverage: 'covered' | 'open' | 'dodged';
  readonly script: string | null;
}

export interface SiteStatus {
  readonly domain: string;
  readonly environment: string;
  readonly project: string | null;
  readonly state: string;
  readonly recorded: 'live' | 'maintenance';
  readonly observed: Observed;
  readonly drift: boolean;
  /** With `--verify`: whether the edge agrees with what is recorded; else null. */
  readonly verified: boolean | null;
  readonly dodged: readonly Dodge[];
  readonly hostnames: readonly HostCoverage[];
  readonly eventId: string | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly reason: string | null;
  /** Overdue, unknown event, unfinished run …, in sentences. */
  readonly notes: readonly string[];
  readonly error: ErrorReport | null;
}

export interface StatusReport {
  readonly summary: {
    readonly total: number;
    readonly byStatus: Readonly<Record<string, number>>;
    readonly byEnvironment: Readonly<Record<string, number>>;
    readonly byProject: Readonly<Record<string, number>>;
  };
  readonly sites: readonly SiteStatus[];
  readonly warnings: readonly string[];
}

export interface BypassLink {
  readonly domain: string;
  readonly url: string;
  readonly header: { readonly name: string; readonly value: string };
  /** RFC 3339 UTC: when the page lets everybody through by itself; null where it stays until it is disabled. */
  readonly expiresAt: string | null;
}
