/** The face of the store: what the rest of `maint` may read and write. Rows in and out, no policy. */
import type { SQL, SQLWrapper } from 'drizzle-orm';
import type { BudgetLedger } from '../model/budget.js';
import type { ErrorReport } from '../model/errors.js';
import type { Deployment, EventSite, EventSiteState, MaintenanceEvent } from '../model/event.js';
import type { LogEntry, LogFilter } from '../model/log.js';
import type { Notice, NoticeType } from '../model/notice.js';
import type { Intention, Operation, OperationState } from '../model/operation.js';
import type { Route } from '../model/route.js';
import type { NewSetupItem, SetupItem, SetupItemState, SetupKind } from '../model/setup-item.js';
import type { Site } from '../model/site.js';
import type { CheckResult, DailySummary, Standing, Target, TargetPolicy } from '../model/target.js';
import type { Environment, EventKind, Role } from '../model/vocabulary.js';

export interface NewSite {
  readonly domain: string;
  readonly zoneId: string;
  readonly zoneName: string;
  readonly accountId: string;
  readonly environment: Environment;
  readonly project: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly active: boolean;
  readonly inactiveReason: string | null;
  readonly token: string | null;
  readonly plan: string | null;
}

/** Fields of a site that may change; what is left out stays. `ownHostnames: null` goes back to the default. */
export interface SiteChanges {
  readonly name?: string | null;
  readonly environment?: Environment;
  readonly project?: string | null;
  readonly owner?: string | null;
  readonly ownHostnames?: readonly string[] | null;
  readonly subdomains?: boolean;
  readonly zoneId?: string;
  readonly accountId?: string;
  readonly active?: boolean;
  readonly inactiveReason?: string | null;
  readonly token?: string | null;
  readonly plan?: string | null;
}

/** How to order and cut a selection of sites; equals are ordered by domain. */
export interface SelectOptions {
  readonly orderBy?: readonly SQL[];
  readonly limit?: number;
}

/** The statement that a selection comes to, for people to look at. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

export interface SiteTable {
  /** Sites that satisfy a condition over the `catalogue` view, ordered by domain; all of them without one. */
  select(condition?: SQLWrapper, options?: SelectOptions): Site[];
  /** What `select` would run. */
  toSQL(condition?: SQLWrapper, options?: SelectOptions): Statement;
  count(condition?: SQLWrapper): number;
  byDomain(domain: string): Site | null;
  domains(): string[];
  /** A domain that is there already stays as it is. */
  insert(sites: readonly NewSite[], now: string): void;
  update(siteIds: readonly number[], changes: SiteChanges, now: string): void;
  tag(siteIds: readonly number[], add: readonly string[], remove: readonly string[], now: string): void;
  share(siteIds: readonly number[], withUsers: readonly string[], role: Role, now: string): void;
  unshare(siteIds: readonly number[], users: readonly string[], now: string): void;
  remove(siteIds: readonly number[]): void;
  /** Distinct values in use, for validation with suggestions: projects, tags, owners, accounts. */
  values(field: 'project' | 'tag' | 'owner' | 'account'): string[];
  /** Names of the tokens that the sites of zones or accounts are bound to; that of most sites first. */
  tokensOf(of: 'zone' | 'account', ids: readonly string[]): string[];
}

export interface Group {
  readonly name: string;
  readonly description: string | null;
  readonly domains: readonly string[];
  readonly createdAt: string;
}

export interface GroupTable {
  list(): Group[];
  get(name: string): Group | null;
  create(name: string, description: string | null, now: string): void;
  add(name: string, siteIds: readonly number[]): number;
  remove(name: string, siteIds: readonly number[]): number;
  delete(name: string): void;
}

export interface EventFilter {
  readonly open?: boolean;
  readonly kind?: EventKind;
  readonly domain?: string;
  readonly limit?: number;
}

export interface EventTable {
  insert(event: MaintenanceEvent, sites: readonly EventSite[]): void;
  get(id: string): MaintenanceEvent | null;
  list(filter?: EventFilter): MaintenanceEvent[];
  /** Changes what an edit or an adoption may change. */
  update(id: string, changes: Partial<Omit<MaintenanceEvent, 'id' | 'since'>>): void;
  sites(eventId: string): EventSite[];
  /** The open part of a site in an event, newest event first: state not `lifted`/`failed`. */
  openSites(domains?: readonly string[]): EventSite[];
  addSites(sites: readonly EventSite[]): void;
  setSiteState(eventId: string, domains: readonly string[], state: EventSiteState, now: string): void;
  /** Sets `endedAt` where no site of the event is open any more; returns whether it did. */
  endIfDone(eventId: string, now: string): boolean;
}

export interface DeploymentTable {
  insert(deployment: Deployment): void;
  ofEvent(eventId: string): Deployment[];
  /** Deployments whose script has not been removed. */
  open(): Deployment[];
  markRemoved(script: string, accountId: string, now: string): void;
}

export interface OperationTable {
  /** Commits intentions in one transaction, synchronous=FULL, before the requests leave; returns their ids. */
  intend(intentions: readonly Intention[]): number[];
  /** Commits outcomes in one transaction. `after` replaces the intended one, with the id Cloudflare gave. */
  settle(
    outcomes: readonly {
      readonly id: number;
      readonly state: Exclude<OperationState, 'intended'>;
      readonly after?: Route | null;
      readonly error?: ErrorReport | null;
    }[],
    now: string,
  ): void;
  ofEvent(eventId: string): Operation[];
  /** The newest operation's id, 0 where there is none: whether anything was changed since it was asked before. */
  lastId(): number;
  /** Operations whose outcome is open: `intended` or `unknown`, of any event. */
  unsettled(): Operation[];
}

export interface LogTable {
  write(entries: readonly Omit<LogEntry, 'id'>[]): void;
  /**
   * Oldest first; what journal operations came to is among the entries, for each is written when it settles.
   * Ids grow in the order of commits: ask for what came `afterId` to follow. A limit keeps the newest, with
   * `afterId` the next.
   */
  read(filter: LogFilter): LogEntry[];
}

export interface LockHolder {
  readonly runId: string;
  readonly pid: number;
  readonly host: string;
  readonly command: string;
  readonly actor: string;
  readonly since: string;
}

/** Leases on zones, with a fencing counter. A dead holder's lease is free at once on the same machine, else when it ran out. */
export interface LockTable {
  /** All or nothing. Returns null when taken, else the holder of the first that is held. */
  acquire(zoneIds: readonly string[], holder: LockHolder, now: number, leaseMs: number): LockHolder | null;
  /** Extends the run's leases; false where one was lost. */
  renew(runId: string, now: number, leaseMs: number): boolean;
  /** Whether the run still holds all that it took: ask before each change. */
  holds(runId: string, now: number): boolean;
  release(runId: string): void;
  holders(now: number): LockHolder[];
}

/** What is needed of a target to know when it is due. */
export interface TargetTiming {
  readonly id: number;
  readonly domain: string;
  readonly intervalMs: number;
  readonly checkedAt: string | null;
}

/** Which part of a target's results; times are RFC 3339, both ends inclusive. */
export interface HistoryFilter {
  readonly since?: string;
  readonly until?: string;
  /** Keeps the newest so many. */
  readonly limit?: number;
}

export interface TargetTable {
  /** Ordered by domain, then id; a filter that is left out lets everything through. */
  list(filter?: { readonly domains?: readonly string[]; readonly ids?: readonly number[] }): Target[];
  get(id: number): Target | null;
  byDomain(domain: string): Target[];
  /** Every target with little more than its clock: cheap enough to ask each second. */
  timings(): TargetTiming[];
  /** Throws `not-found` where the domain is not in the catalogue. */
  insert(domain: string, policy: TargetPolicy, now: string): Target;
  /** Changes what is given. Another URL, method or expectation starts with a clean standing. */
  update(id: number, changes: Partial<TargetPolicy>): void;
  /** Removes the target and everything that is known of it. */
  remove(id: number): void;
  /** Commits the results of a pass and what they add up to, all in one transaction. */
  record(checks: readonly { readonly result: CheckResult; readonly standing: Standing }[]): void;
  /** Marks that a page is up since these targets went down. */
  cover(ids: readonly number[]): void;
  /** Oldest first. */
  history(targetId: number, filter?: HistoryFilter): CheckResult[];
  /** The beginning of the oldest hour that results are kept of, RFC 3339, or null. Asks for next to nothing. */
  oldest(): string | null;
  /** A summary of each day (UTC) that has results, oldest first; today's is of what there is so far. */
  daily(targetId: number, filter?: { readonly since?: string }): DailySummary[];
  /**
   * Turns whole days of results before `rawBefore` into summaries, and drops summaries of days before
   * `dailyBefore`; both RFC 3339. Tells how many results and summaries went.
   */
  prune(limits: { readonly rawBefore: string; readonly dailyBefore: string }): PruneCounts;
}

export interface PruneCounts {
  readonly results: number;
  readonly summaries: number;
}

/** A notice that waits to be sent, or was. */
export interface OutboxEntry {
  readonly id: number;
  readonly channel: string;
  readonly notice: Notice;
  readonly createdAt: string;
  /** How often it was tried in vain. */
  readonly attempts: number;
}

/** What waits for one channel. */
export interface OutboxBacklog {
  readonly channel: string;
  readonly waiting: number;
  readonly oldest: string;
  /** When the first of it is due. */
  readonly dueAt: string;
}

/** Messages to people: queued with what they tell of, claimed, sent, settled. Times are RFC 3339. */
export interface OutboxTable {
  add(
    entries: readonly { readonly channel: string; readonly notice: Notice; readonly dueAt: string }[],
    now: string,
  ): void;
  /** What was queued for a channel since a moment, sent or not; for not telling it twice. */
  told(channel: string, type: NoticeType, since: string): Notice[];
  /** When something of a type was last sent to a channel. */
  lastSentAt(channel: string, type: NoticeType): string | null;
  /**
   * As soon as one entry of a channel is due, takes all that wait for it, oldest first, and keeps other
   * processes from them until `until`. A channel that failed is left alone until its entries are due again. A
   * moment that lies beyond `horizon` was set by a clock that has since been put back, and counts as past.
   * With `evenEarly` nothing needs to be due, but a channel that failed is still left alone.
   */
  claim(
    channel: string,
    times: {
      readonly now: string;
      readonly until: string;
      readonly horizon: string;
      readonly evenEarly: boolean;
    },
  ): OutboxEntry[];
  settle(ids: readonly number[], sentAt: string): void;
  /** Gives claimed entries back, to be tried again later. */
  postpone(ids: readonly number[], dueAt: string, error: string): void;
  backlog(): OutboxBacklog[];
  /** Removes what was queued before a moment; tells how many of these were never sent. */
  forget(before: string): number;
}

/** What setup made at Cloudflare and here, domain by domain; oldest first. */
export interface SetupTable {
  /** What is there or may be there; of all domains without one. */
  open(domain?: string): SetupItem[];
  /** Also what is gone again. */
  ofDomain(domain: string): SetupItem[];
  /** Whether the journal has a thing of this kind and subject, of whichever domain, also one that is gone again. */
  knows(kind: SetupKind, subject: string): boolean;
  /** Commits the intention, synchronous=FULL, before the request leaves; returns its id. */
  intend(item: NewSetupItem): number;
  /** Commits what became of it; a field that is left out stays. */
  settle(
    id: number,
    outcome: {
      readonly state: Exclude<SetupItemState, 'intended'>;
      readonly remoteId?: string;
      readonly after?: string;
    },
    now: string,
  ): void;
}

export interface Store {
  readonly sites: SiteTable;
  readonly groups: GroupTable;
  readonly events: EventTable;
  readonly deployments: DeploymentTable;
  readonly operations: OperationTable;
  readonly log: LogTable;
  readonly locks: LockTable;
  readonly targets: TargetTable;
  readonly outbox: OutboxTable;
  readonly setup: SetupTable;
  readonly budget: BudgetLedger;
  /** Runs `work` in one BEGIN IMMEDIATE transaction. */
  transaction<T>(work: () => T): T;
  readonly path: string;
  close(): void;
}
