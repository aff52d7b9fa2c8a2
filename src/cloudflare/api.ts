/** What the rest of `maint` may ask of Cloudflare. Every call throws a MaintError and nothing else. */
import type { Route, RouteBody } from '../model/route.js';
import type { Permission } from './transport/permissions.js';
import type { Remaining } from './transport/retry-after.js';

/** A zone; fields beyond these are kept. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly paused: boolean;
  readonly type: string;
  readonly account: { readonly id: string; readonly name: string };
  /** `free`, `pro` …: the plan's `legacy_id`, or null where it is not told. */
  readonly planName: string | null;
  readonly [field: string]: unknown;
}

export interface Account {
  readonly id: string;
  readonly name: string;
}

export interface TokenStatus {
  readonly id: string;
  readonly status: string;
  readonly kind: 'user' | 'account';
  readonly expiresOn: string | null;
}

/** One script of an account. `routes` is null where the answer does not carry them. */
export interface ScriptSummary {
  readonly name: string;
  readonly tags: readonly string[];
  readonly modifiedOn: string | null;
  readonly routes: readonly Route[] | null;
}

export interface ScriptModule {
  readonly name: string;
  readonly type: string;
  readonly content: string;
}

export interface ScriptUpload {
  readonly mainModule: string;
  readonly compatibilityDate: string;
  readonly modules: readonly ScriptModule[];
  /** Service bindings: binding name → script. */
  readonly services: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Shown in Cloudflare's dashboard beside the version; at most 1,000 bytes. */
  readonly message: string;
}

export interface DnsRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly content: string;
  readonly proxied: boolean;
  readonly ttl: number;
  readonly comment: string | null;
  readonly [field: string]: unknown;
}

export interface NewDnsRecord {
  readonly type: string;
  /** The whole name, zone included. */
  readonly name: string;
  readonly content: string;
  readonly proxied?: boolean;
  readonly ttl?: number;
  readonly comment?: string;
}

/** A hostname that a Worker serves as a whole (Cloudflare docs, Workers → Custom Domains). */
export interface CustomDomain {
  readonly hostname: string;
  /** The Worker. */
  readonly service: string;
}

/** A redirect rule of a zone that is switched on. */
export interface RedirectRule {
  readonly description: string;
  /** In the language of Cloudflare's rules: `(http.host eq "old.example.com")`. */
  readonly expression: string;
  /** Where it leads to, where that does not depend on the request. */
  readonly target: string | null;
}

/** Whether the token has a permission, as far as Cloudflare's answer tells. */
export type Held = 'held' | 'missing' | 'unclear';

/** What the answers so far told beside what was asked for. */
export interface Heard {
  /** Milliseconds that this machine's clock is ahead of Cloudflare's, to the second; null before an answer came. */
  readonly clockAheadMs: number | null;
  /** What Cloudflare counts as left of the rate limit; null where it does not say. */
  readonly remaining: Remaining | null;
}

/** What became of a deletion: `missing` means that it was gone already, which is as good. */
export type Deletion = 'deleted' | 'missing';

export interface CloudflareApi {
  readonly zones: {
    /** Every zone that the token sees, all pages. `name` asks for one exact name, `accountId` for one account. */
    list(query?: { readonly name?: string; readonly accountId?: string }): Promise<readonly Zone[]>;
    get(zoneId: string): Promise<Zone>;
  };
  readonly accounts: { list(): Promise<readonly Account[]> };
  readonly tokens: {
    /** Asks the user endpoint or, for an account's token, that of the account. */
    verify(accountId?: string): Promise<TokenStatus>;
  };
  readonly scripts: {
    list(accountId: string): Promise<readonly ScriptSummary[]>;
    upload(accountId: string, name: string, upload: ScriptUpload): Promise<void>;
    /** The modules of a script, or null where there is no such script. */
    download(accountId: string, name: string): Promise<readonly ScriptModule[] | null>;
    delete(accountId: string, name: string): Promise<Deletion>;
    /** Makes the script unreachable on workers.dev. Quiet where the account has no workers.dev at all. */
    disableSubdomain(accountId: string, name: string): Promise<void>;
    /** Sets every route of a script, over all zones, in one call; needs a token for all zones. */
    replaceRoutes(
      accountId: string,
      name: string,
      routes: readonly { readonly pattern: string; readonly zoneId: string }[],
    ): Promise<void>;
  };
  readonly routes: {
    list(zoneId: string): Promise<readonly Route[]>;
    /** One route by its id, or null where there is none. */
    get(zoneId: string, routeId: string): Promise<Route | null>;
    /** Safe to repeat: after a lost answer it reads before it sends again, and knows its own route. */
    create(zoneId: string, body: RouteBody): Promise<Route>;
    update(zoneId: string, routeId: string, body: RouteBody): Promise<Route>;
    delete(zoneId: string, routeId: string): Promise<Deletion>;
  };
  readonly dns: {
    list(zoneId: string): Promise<readonly DnsRecord[]>;
    create(zoneId: string, record: NewDnsRecord): Promise<DnsRecord>;
    delete(zoneId: string, recordId: string): Promise<Deletion>;
  };
  readonly settings: {
    get(zoneId: string, setting: string): Promise<unknown>;
    update(zoneId: string, setting: string, value: unknown): Promise<unknown>;
  };
  readonly permissions: {
    /**
     * Asks for a permission without changing anything: by reading, or by a change of something that does not exist.
     * @param unusedId 32 random hexadecimal digits, the id that nothing has
     */
    ask(
      permission: Permission,
      where: { readonly zoneId: string; readonly accountId: string; readonly unusedId: string },
    ): Promise<Held>;
  };
  readonly customDomains: { list(accountId: string): Promise<readonly CustomDomain[]> };
  readonly redirects: {
    /** The redirect rules of a zone that are on, in their order. */
    list(zoneId: string): Promise<readonly RedirectRule[]>;
  };
  readonly heard: Heard;
  /** Requests sent so far, retries included. */
  readonly sent: number;
  /** Requests that the shared budget has left for this client now. */
  readonly budgetLeft: number;
  close(): Promise<void>;
}
