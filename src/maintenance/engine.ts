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
   * The client that serves a zone, or a whole account on behalf of zones: each may have a token of its own.
   * @throws MaintError `token-missing` or `token-exposed` where there is no usable token
   */
  readonly cloudflare: (accountId: string, zones?: string | readonly string[]) => CloudflareApi;
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

/** The engine of a run: what it asks of whole accounts, it asks by the tokens of its own sites. */
export function servingOnly(
  engine: Engine,
  sites: readonly { readonly accountId: string; readonly zoneId: string }[],
): Engine {
  const zonesOf = new Map<string, Set<string>>();
  for (const { accountId, zoneId } of sites) {
    zonesOf.set(accountId, (zonesOf.get(accountId) ?? new Set()).add(zoneId));
  }
  return {
    ...engine,
    cloudflare: (accountId, zones) =>
      engine.cloudflare(accountId, zones ?? [...(zonesOf.get(accountId) ?? [])]),
  };
}

/** A new id for a run, to tell its journal entries and locks from those of others. */
export function newRunId(engine: Engine): string {
  return Buffer.from(engine.randomBytes(8)).toString('hex');
}
