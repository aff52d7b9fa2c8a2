/** What the engine is given from outside; nothing below reads a clock, a socket or a file by itself. */
import type { CloudflareApi } from '../cloudflare/api.js';
import type { Store } from '../store/store.js';

/** One look at a URL through the edge. */
export interface ProbeResult {
  /** Null where no answer came. */
  readonly status: number | null;
  /** The event whose page answered, from the `x-maint-event` header, or null. */
  readonly eventId: string | null;
  /** Where a redirect leads, as a whole URL, or null. */
  readonly redirectsTo: string | null;
  /** A few words on why no answer came, or null. */
  readonly failure: 'name' | 'connection' | 'timeout' | null;
}

export interface Engine {
  readonly store: Store;
  /**
   * The client that serves an account, or a zone of it: accounts and zones may have tokens of their own.
   * @throws MaintError `token-missing` or `token-exposed` where there is no usable token
   */
  readonly cloudflare: (accountId: string, zoneId?: string) => CloudflareApi;
  /** Requests sent so far by all clients. */
  readonly sent: () => number;
  /** Requests left in the shared budget now. */
  readonly budgetLeft: () => number;
  readonly clock: () => Date;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly probe: (url: string, timeoutMs: number) => Promise<ProbeResult>;
  /** How long the edge may take to show a change. */
  readonly verifyDeadlineMs: number;
  readonly machine: { readonly host: string; readonly pid: number };
}

/** A new id for a run, to tell its journal entries and locks from those of others. */
export function newRunId(engine: Engine): string {
  return Buffer.from(engine.randomBytes(8)).toString('hex');
}
