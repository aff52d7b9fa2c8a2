/** What a sandbox can be asked to be, and what can be done with one. */
import type { Fault } from './api/faults.js';
import type { RecordedRequest } from './api/recording.js';
import type { FleetKind } from './fleet.js';
import type { SandboxSnapshot } from './snapshot.js';
import type { SandboxState } from './state.js';
import type { SandboxTokens } from './tokens.js';

export interface SandboxOptions {
  /** `demo` (default): a dozen sites of two accounts; `plain`: `zones` zones with proxied apex and www. */
  fleet?: FleetKind;
  /** Zones of a plain fleet; 12 by default. */
  zones?: number;
  /** Added to each API answer, in milliseconds. */
  latencyMs?: number;
  /** Requests per five minutes; 1200 by default. */
  rateLimit?: number;
  /** 0 or nothing: any free port. */
  apiPort?: number;
  edgePort?: number;
  /** 127.0.0.1 by default. */
  host?: string;
  /** false: API only. Otherwise the edge starts where the `workerd` package is installed. */
  edge?: boolean;
  /** Wait until visitors see a change before its answer is sent (default). */
  instantEdge?: boolean;
  now?: () => number;
  /** Hears of paths that the sandbox does not serve, and of what is missing. */
  onLog?: (line: string) => void;
  /** Keep the bodies of requests and answers in `requests`. */
  record?: boolean;
  /** Append every call with its bodies to this file, one JSON object a line. */
  recordTo?: string;
  /** How far lists of routes and scripts trail behind writes, in milliseconds. */
  listLagMs?: number;
  /** Whether PUT of a route without `request_limit_fail_open` resets it (default: the harsher answer). */
  resetFailOpenOnPut?: boolean;
  /** Decides how many scripts and variables fit; paid by default. */
  workersPlan?: 'free' | 'paid';
}

export interface Sandbox {
  /** http://127.0.0.1:PORT/client/v4 */
  apiUrl: string;
  /** Where visitors connect; null without workerd. */
  edge: { host: string; port: number } | null;
  state: SandboxState;
  tokens: SandboxTokens;
  /** Every API call so far. */
  requests: RecordedRequest[];
  /** Those that are not GET. */
  mutations(): RecordedRequest[];
  faults: { add(fault: Fault): string; clear(): void };
  rateLimit: { set(change: { limit?: number; used?: number }): void };
  /** Call after changing `state` by hand: the edge reloads, lagging lists remember. */
  changed(): Promise<void>;
  snapshot(): SandboxSnapshot;
  close(): Promise<void>;
}
