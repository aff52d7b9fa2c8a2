/** What can go wrong with a call to Cloudflare. */
import { type ErrorCode, type ErrorDetails, MaintError } from '../../model/errors.js';

export interface CloudflareFacts extends ErrorDetails {
  /** HTTP status, or null where no answer came. */
  readonly status: number | null;
  /** `POST /zones/…/workers/routes`. */
  readonly endpoint: string;
  /** Cloudflare's codes, those of the error chain included. */
  readonly codes: readonly number[];
  /** Sending the same again may succeed. */
  readonly retryable: boolean;
  /** Cloudflare may have made the change although it did not say so. */
  readonly ambiguous: boolean;
}

/** A call that failed: everything an operator, a retry or a journal needs to know, and never a header. */
export class CloudflareError extends MaintError {
  override readonly name: string = 'CloudflareError';
  readonly status: number | null;
  readonly endpoint: string;
  readonly codes: readonly number[];
  readonly retryable: boolean;
  readonly ambiguous: boolean;

  constructor(code: ErrorCode, message: string, facts: CloudflareFacts) {
    super(code, message, facts);
    this.status = facts.status;
    this.endpoint = facts.endpoint;
    this.codes = facts.codes;
    this.retryable = facts.retryable;
    this.ambiguous = facts.ambiguous;
  }
}

/** Whether an error is Cloudflare's with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof CloudflareError && codes.some((code) => error.codes.includes(code));
}

/**
 * Whether Cloudflare said that the thing asked for is not there: the thing itself, not its zone or account
 * (7003) nor the address (7000).
 */
export function isGone(error: unknown): boolean {
  return error instanceof CloudflareError && error.code === 'not-found' && !hasCode(error, 7000, 7003);
}

/**
 * The error of a change of which nobody knows whether it was made.
 * @param lost How the answer was lost.
 * @param codes What Cloudflare said to later attempts.
 */
export function unknownOutcome(lost: CloudflareError, codes: readonly number[]): CloudflareError {
  return new CloudflareError('outcome-unknown', `Nobody knows whether this was done. ${lost.message}`, {
    status: lost.status,
    endpoint: lost.endpoint,
    codes: [...lost.codes, ...codes],
    retryable: false,
    ambiguous: true,
    ray: lost.ray,
    hint: 'Run maint resume: it looks at Cloudflare and finishes or undoes the change.',
  });
}
