/** Everything the small Cloudflare knows, as plain data: the API writes it, the edge reads it, tests compare it. */

/** A zone as the API returns it; fields beyond those named here are kept and echoed. */
export interface SandboxZone {
  id: string;
  name: string;
  status: 'initializing' | 'pending' | 'active' | 'moved';
  paused: boolean;
  type: 'full' | 'partial' | 'secondary' | 'internal';
  accountId: string;
  plan: 'free' | 'pro' | 'business' | 'enterprise';
  createdOn: string;
}

export interface SandboxAccount {
  id: string;
  name: string;
  /** The `<subdomain>.workers.dev` name, where the account has one. */
  subdomain?: string;
}

/** A Workers Custom Domain: a whole hostname served by a Worker. */
export interface SandboxDomain {
  id: string;
  hostname: string;
  service: string;
  environment: string;
  zoneId: string;
  certId: string;
}

/** A route; `script` is null where the route runs no Worker. Unknown fields are kept. */
export interface SandboxRoute {
  id: string;
  pattern: string;
  script: string | null;
  request_limit_fail_open: boolean;
}

/** One uploaded part of a script. */
export interface SandboxModule {
  name: string;
  /** MIME type of the part, eg `application/javascript+module` or `text/plain`. */
  type: string;
  content: Buffer;
}

export interface SandboxScript {
  name: string;
  tag: string;
  etag: string;
  /** The `metadata` part as uploaded: main_module, compatibility_date, bindings, tags … */
  metadata: Record<string, unknown>;
  modules: SandboxModule[];
  createdOn: string;
  modifiedOn: string;
  subdomain: { enabled: boolean; previews_enabled: boolean };
}

export interface SandboxDnsRecord {
  id: string;
  type: string;
  name: string;
  content: string;
  proxied: boolean;
  ttl: number;
  comment: string | null;
  tags: string[];
  priority?: number;
  createdOn: string;
  modifiedOn: string;
}

/** What a token may do. `zones: 'all'` is every zone of its accounts, else a list of zone ids. */
export interface SandboxToken {
  id: string;
  value: string;
  kind: 'user' | 'account';
  status: 'active' | 'disabled' | 'expired';
  expiresOn: string | null;
  accounts: string[];
  zones: 'all' | string[];
  /** Names of permission groups, eg `Workers Routes Write`; Write includes Read. */
  permissions: string[];
}

/** How the origin behind a hostname behaves. */
export type OriginBehaviour =
  | { mode: 'ok' }
  | { mode: 'status'; status: number; body?: string; headers?: Record<string, string> }
  | { mode: 'refuse' | 'reset' | 'hang' | 'trickle' | 'redirect-loop' }
  | { mode: 'slow'; delayMs: number };

export interface SandboxState {
  accounts: Map<string, SandboxAccount>;
  zones: Map<string, SandboxZone>;
  /** zone id → its routes, in order of creation */
  routes: Map<string, SandboxRoute[]>;
  /** account id → script name → script */
  scripts: Map<string, Map<string, SandboxScript>>;
  /** zone id → its DNS records */
  dns: Map<string, SandboxDnsRecord[]>;
  /** zone id → setting id → value */
  settings: Map<string, Map<string, unknown>>;
  /** account id → its Workers Custom Domains */
  domains: Map<string, SandboxDomain[]>;
  tokens: Map<string, SandboxToken>;
  /** hostname → behaviour; a hostname that is not here answers 200 */
  origins: Map<string, OriginBehaviour>;
  /** Grows by one with every change of routes, scripts, zones, DNS or origins; the edge reloads when it moved. */
  revision: number;
}

export function emptyState(): SandboxState {
  return {
    accounts: new Map(),
    zones: new Map(),
    routes: new Map(),
    scripts: new Map(),
    dns: new Map(),
    settings: new Map(),
    domains: new Map(),
    tokens: new Map(),
    origins: new Map(),
    revision: 0,
  };
}
