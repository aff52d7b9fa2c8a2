/** What the client is given from outside: credentials, clock, budget, and who wants to hear of it. */
import type { BudgetLedger, Priority } from '../../model/budget.js';

/** Proxies by the scheme of the API's address, as HTTP_PROXY, HTTPS_PROXY and NO_PROXY hold them. */
export interface ProxySettings {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  readonly no?: string | undefined;
}

/** How long one attempt may take, in milliseconds of real time. */
export interface Deadlines {
  readonly connect: number;
  /** From sending to the last byte of the answer. */
  readonly attempt: number;
  /** The same, for requests that carry a script. */
  readonly upload: number;
}

/** One attempt as it went over the wire, for `-vv`. Holds no header, no body and no query of ours. */
export interface HttpTrace {
  readonly method: string;
  readonly path: string;
  /** null where no answer came. */
  readonly status: number | null;
  readonly ms: number;
  readonly ray: string | null;
  /** From 1; attempts refused by the rate limit count here too. */
  readonly attempt: number;
}

export interface CloudflareOptions {
  readonly token: string;
  /** Where it comes from, for people: `CLOUDFLARE_API_TOKEN`, `the named token west`. */
  readonly tokenSource?: string;
  /** For example `https://api.cloudflare.com/client/v4`. */
  readonly baseUrl: string;
  /** Sends nothing that could change anything. */
  readonly readOnly?: boolean;
  readonly budget: BudgetLedger;
  /** `urgent` may use the reserve of the budget. */
  readonly priority?: Priority;
  /** How many milliseconds the run may wait for the rate limit in all. */
  readonly maxWaitMs: number;
  readonly proxy?: ProxySettings;
  readonly deadlines?: Deadlines;
  /** Soft stop: waits end at once. Whoever calls begins nothing new, but may send what finishes the work begun. */
  readonly stop?: AbortSignal;
  /** Hard stop: requests under way are cut and nothing more is sent. */
  readonly signal?: AbortSignal;
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** A clock that never jumps, in milliseconds. */
  readonly monotonic: () => number;
  /** Waits; ends early, by resolving or rejecting, when the signal fires. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly onWait?: (reason: 'rate-limit' | 'retry', ms: number) => void;
  readonly onTrace?: (line: HttpTrace) => void;
  readonly userAgent: string;
}
