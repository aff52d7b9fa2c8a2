/** The few errors of `maint`: a code that scripts can test, a sentence, and what to do next. */
import { withoutTokens } from './secret.js';

export type ErrorCode =
  | 'usage'
  | 'nothing-selected'
  | 'unknown-name'
  | 'confirmation-needed'
  | 'partly-done'
  | 'failed'
  | 'token-missing'
  | 'token-invalid'
  | 'token-exposed'
  | 'permission-missing'
  | 'not-found'
  | 'conflict'
  | 'locked'
  | 'guard-refused'
  | 'outcome-unknown'
  | 'store-damaged'
  | 'store-newer'
  | 'store-unwritable'
  | 'drift'
  | 'rate-limited'
  | 'remote-refused'
  | 'remote-unreachable'
  | 'remote-unreadable'
  | 'interrupted'
  | 'internal';

export interface ErrorDetails {
  /** What the user can do about it, one sentence. */
  readonly hint?: string | undefined;
  /** Cloudflare's request id, which its support asks for. */
  readonly ray?: string | undefined;
  /** Further lines that belong to the message, for example every wrong flag of a command line. */
  readonly problems?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * Every failure that a user is meant to read. Anything else that is thrown is a bug of ours. A token in a word
 * that is quoted is left out.
 */
export class MaintError extends Error {
  override readonly name: string = 'MaintError';
  readonly hint: string | undefined;
  readonly ray: string | undefined;
  readonly problems: readonly string[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(withoutTokens(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint === undefined ? undefined : withoutTokens(details.hint);
    this.ray = details.ray;
    this.problems = (details.problems ?? []).map(withoutTokens);
  }
}

/** An error as JSON documents and the journal carry it. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly ray: string | null;
}

export function reportOf(error: unknown): ErrorReport {
  if (error instanceof MaintError) {
    return { code: error.code, message: error.message, hint: error.hint ?? null, ray: error.ray ?? null };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, hint: null, ray: null };
}
