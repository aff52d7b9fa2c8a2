/** Health checks: what is checked, what was seen, and what it adds up to. Times are RFC 3339 UTC. */

/** `suspect`, `down`, `recovering` and `up` follow the thresholds; `unknown` was never checked. */
export const TARGET_STATES = ['unknown', 'up', 'suspect', 'down', 'recovering'] as const;
export type TargetState = (typeof TARGET_STATES)[number];

export const TARGET_METHODS = ['GET', 'HEAD', 'POST'] as const;

/** What a check is and what follows from it: everything that a person sets. */
export interface TargetPolicy {
  readonly url: string;
  readonly method: (typeof TARGET_METHODS)[number];
  readonly headers: Readonly<Record<string, string>>;
  /** Status codes that are well, as inclusive ranges. */
  readonly expectStatus: readonly (readonly [low: number, high: number])[];
  readonly expectText: string | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row until it is down, successes in a row until it is up again. */
  readonly failureThreshold: number;
  readonly recoveryThreshold: number;
  readonly autoEnable: boolean;
  readonly autoDisable: boolean;
  /** A page that the monitor put up stays at least this long. */
  readonly minHoldMs: number;
}

/** What a target is unless a person says otherwise. The recovery threshold keeps a page up for two intervals. */
export const DEFAULT_POLICY: Omit<TargetPolicy, 'url'> = {
  method: 'GET',
  headers: {},
  expectStatus: [[200, 399]],
  expectText: null,
  intervalMs: 60_000,
  timeoutMs: 10_000,
  failureThreshold: 3,
  recoveryThreshold: 2,
  autoEnable: false,
  autoDisable: false,
  minHoldMs: 0,
};

/** A target with where it stands. */
export interface Target extends TargetPolicy {
  readonly id: number;
  readonly domain: string;
  readonly standing: Standing;
  readonly createdAt: string;
}

/** What the results so far add up to; `decide` turns one into the next. */
export interface Standing {
  readonly state: TargetState;
  readonly failures: number;
  readonly successes: number;
  readonly checkedAt: string | null;
  /** When the state last changed. */
  readonly changedAt: string | null;
  /** Recent changes between up and down, for flap damping; oldest first. */
  readonly flips: readonly string[];
  /** Set while it flaps: no action is taken before this moment. */
  readonly frozenUntil: string | null;
  /** Whether a page was up at some time since it began to fail: one that a person then took down stays down. */
  readonly covered: boolean;
}

/** Where a target stands before its first check. */
export const UNCHECKED: Standing = {
  state: 'unknown',
  failures: 0,
  successes: 0,
  checkedAt: null,
  changedAt: null,
  flips: [],
  frozenUntil: null,
  covered: false,
};

/** Why a check failed. `own-page` and `cloudflare` are no failures of the site. */
export const CHECK_ERRORS = [
  'dns',
  'refused',
  'reset',
  'timeout',
  'tls',
  'http',
  'text',
  'own-page',
  'cloudflare',
] as const;
export type CheckError = (typeof CHECK_ERRORS)[number];

/** One look at a target. Durations in milliseconds; null where it did not come that far. */
export interface CheckResult {
  readonly targetId: number;
  readonly at: string;
  /** `excused`: proves nothing either way (our own page, trouble of Cloudflare's, no network here). */
  readonly verdict: 'success' | 'failure' | 'excused';
  readonly statusCode: number | null;
  readonly error: CheckError | null;
  /** A few words for people; not kept with the result, so null where it was read back. */
  readonly detail: string | null;
  readonly connectMs: number | null;
  readonly firstByteMs: number | null;
  readonly totalMs: number;
}

/** One day of one target. */
export interface DailySummary {
  readonly targetId: number;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly checks: number;
  readonly failures: number;
  readonly excused: number;
  /** Share of checks that were well among those that count, 0 to 1; null where none counts. */
  readonly uptime: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}
