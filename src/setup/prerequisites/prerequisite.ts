/** What a prerequisite is: a row of a table that says when it matters, how to look, and what to do about it. */
import type { ErrorCode } from '../../model/errors.js';

export type PrerequisiteArea = 'machine' | 'store' | 'runs' | 'token' | 'permissions' | 'limits' | 'sites';
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** What a look at one thing showed. */
export interface Finding {
  readonly status: FindingStatus;
  /** A sentence. */
  readonly message: string;
  /** What to do, where that is something else than the row says. */
  readonly nextStep?: string | undefined;
  /** For a failure that is not plain: what an exit code is made of. */
  readonly code?: ErrorCode | undefined;
}

/** One row. `Facts` is what it is looked for in: this machine, a token, a site. */
export interface Prerequisite<Facts> {
  readonly id: string;
  readonly title: string;
  readonly area: PrerequisiteArea;
  /** Why there is nothing to look at, or null where there is; left out where it always matters. */
  readonly when?: (facts: Facts) => string | null;
  readonly check: (facts: Facts) => Finding | Promise<Finding>;
  /** What to do where it is not as it should be. */
  readonly nextStep: string;
}

/** A row that was looked at. */
export interface CheckedPrerequisite {
  readonly id: string;
  readonly title: string;
  readonly area: PrerequisiteArea;
  /** The token or the site that was looked at; null for this machine. */
  readonly subject: string | null;
  readonly status: FindingStatus;
  readonly message: string;
  /** Null where nothing is to be done. */
  readonly nextStep: string | null;
  readonly code: ErrorCode | null;
}

export const ok = (message: string): Finding => ({ status: 'ok', message });
export const skipped = (message: string): Finding => ({ status: 'skipped', message });
export const warning = (message: string, nextStep?: string): Finding => ({
  status: 'warning',
  message,
  nextStep,
});
export const failed = (message: string, nextStep?: string, code?: ErrorCode): Finding => ({
  status: 'failed',
  message,
  nextStep,
  code,
});
