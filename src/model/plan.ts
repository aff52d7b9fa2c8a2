import type { ErrorReport } from './errors.js';
import type { Route } from './route.js';
import type { Outcome } from './vocabulary.js';

export type ChangeAction = 'create-route' | 'take-over-route' | 'restore-route' | 'delete-route';

/** One change of one route: what is there now and what will be. Null means no route. */
export interface Change {
  readonly domain: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly action: ChangeAction;
  readonly pattern: string;
  /** The route's id where it exists already. */
  readonly routeId: string | null;
  readonly before: Route | null;
  /** `id` is empty where Cloudflare will give one. */
  readonly after: Route | null;
  /** The script of ours that it points to (enable) or pointed to (disable). */
  readonly script: string;
}

/** A route that keeps some URLs of a site out of the page, and why. */
export interface Dodge {
  readonly pattern: string;
  readonly script: string | null;
  readonly reason: string;
}

/** A route that somebody changed since, so that a restore would undo their work. */
export interface Conflict {
  readonly pattern: string;
  readonly zoneId: string;
  /** What the restore would put there. */
  readonly wanted: Route | null;
  /** What is there. */
  readonly found: Route | null;
}

/** What a command would do to one site. */
export interface SitePlan {
  readonly domain: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly zoneName: string;
  readonly patterns: readonly string[];
  /** `planned`, or how it already ends: `unchanged`, `skipped`, `conflict`, `failed`. */
  readonly outcome: Outcome;
  /** The event that the site is or will be in. */
  readonly eventId: string | null;
  readonly changes: readonly Change[];
  readonly dodged: readonly Dodge[];
  readonly conflicts: readonly Conflict[];
  /** A sentence where the outcome needs one, for example whose event it is. */
  readonly note: string | null;
  /** Why nothing is done to the site, where the outcome is `failed` or `skipped`. */
  readonly error?: ErrorReport | null;
}

/** A route that served some URLs before the page, and the Worker that it ran. */
export interface Upstream {
  readonly pattern: string;
  readonly script: string | null;
}

/** One upload: the script of an event in one account and the zones it serves. */
export interface ScriptPlan {
  readonly accountId: string;
  readonly script: string;
  readonly domains: readonly string[];
  /** Every route that served these hosts before: what a bypassed request runs. Null: no Worker, the origin. */
  readonly upstream: readonly Upstream[];
}

/** The changes that `enable` would make: plain, sorted, JSON-able. */
export interface EnablePlan {
  readonly kind: 'enable';
  readonly eventId: string;
  readonly sites: readonly SitePlan[];
  readonly scripts: readonly ScriptPlan[];
  readonly warnings: readonly string[];
}

/** The changes that `disable` would make. Scripts are deleted once no route points at them. */
export interface DisablePlan {
  readonly kind: 'disable';
  readonly sites: readonly SitePlan[];
  readonly warnings: readonly string[];
}

export type Plan = EnablePlan | DisablePlan;
