/** What setup and teardown are given, and what they tell. */
import type { CloudflareApi, DnsRecord, Zone } from '../cloudflare/api.js';
import type { TokenClient } from '../cloudflare/clients.js';
import type { ErrorReport } from '../model/errors.js';
import type { Route } from '../model/route.js';
import type { Site } from '../model/site.js';
import type { CheckResult, TargetPolicy } from '../model/target.js';
import type { Environment } from '../model/vocabulary.js';
import type { Store } from '../store/store.js';
import type { SslChoice } from './ssl-choice.js';

/**
 * `ok`: as it should be. `changed`: setup made it so. `suggested`: for a person to do or to allow. `skipped`: not
 * looked at, for the reason given.
 */
export const STEP_STATUSES = ['ok', 'changed', 'suggested', 'skipped', 'failed'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export interface StepReport {
  readonly name: string;
  readonly status: StepStatus;
  readonly message: string;
  /** Further lines: each record, each route. */
  readonly details: readonly string[];
  readonly durationMs: number;
}

/** Of `setup` and of `teardown`. */
export interface SetupReport {
  readonly domain: string;
  readonly dryRun: boolean;
  /** Whether no step failed; suggestions may be left. */
  readonly success: boolean;
  readonly durationMs: number;
  readonly steps: readonly StepReport[];
  /** The first cause, with how to go on. */
  readonly error: ErrorReport | null;
}

export interface TeardownOptions {
  readonly actor: string;
  /** Looks and tells; changes nothing at Cloudflare or here. */
  readonly dryRun?: boolean;
  /** Overrides the guard of somebody else's site; with teardown also takes what was changed since. */
  readonly force?: boolean;
  readonly stop?: AbortSignal;
  /** Told of each step as it ends. */
  readonly onStep?: (step: StepReport) => void;
}

export interface SetupOptions extends TeardownOptions {
  /** Looks for the zone in this account only. */
  readonly accountId?: string;
  /** `auto` raises the SSL mode as far as the origin is seen to support. Without it the mode is left alone. */
  readonly ssl?: SslChoice;
  /** The origin's address or name: missing records are made to point at it, proxied. */
  readonly dnsTarget?: string;
  /** Fields of a site that is new. */
  readonly environment?: Environment;
  readonly project?: string;
  readonly tags?: readonly string[];
  readonly owner?: string;
  /** Asks a person; without it what would need a yes is only suggested. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/** How an origin answers a TLS handshake: with a certificate that browsers trust, with another one, or not. */
export type OriginTls = 'trusted' | 'untrusted' | 'none';

/** What setup is given from outside. */
export interface SetupParts {
  readonly store: Store;
  /** Every token in use: zones are looked for with each. @throws MaintError `token-missing` */
  readonly tokens: () => readonly TokenClient[];
  /** The client that serves a zone of an account. */
  readonly cloudflare: (accountId: string, zoneId: string) => CloudflareApi;
  readonly clock: () => Date;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly randomBytes: (count: number) => Uint8Array;
  /** One look at a URL through the edge; `eventId` is the `x-maint-event` header of the answer. */
  readonly probe: (
    url: string,
    timeoutMs: number,
  ) => Promise<{ readonly status: number | null; readonly eventId: string | null }>;
  /** How long the edge may take to show a change. */
  readonly verifyDeadlineMs: number;
  readonly tryTarget: (domain: string, policy: TargetPolicy) => Promise<CheckResult>;
  readonly lookAtOrigin: (address: string, servername: string) => Promise<OriginTls>;
  /** Keeps other runs off a zone. @throws MaintError `locked` */
  readonly takeZone: (zoneId: string, command: string, actor: string) => ZoneLease;
  /** Refuses a site of somebody else unless forced, and records it either way. @throws MaintError `guard-refused` */
  readonly requireAllowed: (site: Site, command: 'setup' | 'teardown', options: TeardownOptions) => void;
  /**
   * Before a change that is the whole zone's, the SSL mode or a record: the same for the other sites of the
   * catalogue that are in it. @throws MaintError `guard-refused`
   */
  readonly requireZoneAllowed: (
    of: { readonly zoneId: string; readonly domain: string },
    command: 'setup' | 'teardown',
    options: TeardownOptions,
  ) => void;
}

export interface ZoneLease {
  /** Throws where another run took over. */
  ensureHeld(): void;
  release(): void;
}

/** A hostname of the site as visitors find it. */
export interface HostView {
  readonly host: string;
  /** `unknown` where the token may not read DNS. */
  readonly state: 'proxied' | 'dns-only' | 'missing' | 'unknown';
}

/** What the steps so far have found out; each step may add to it. */
export interface Facts {
  readonly zone: Zone | null;
  /** The client that sees the zone, and the name of its token; null for the one token given. */
  readonly cloudflare: CloudflareApi | null;
  readonly token: string | null;
  /** The id that Cloudflare gave the token: it tells one from another, whatever they are called here. */
  readonly tokenId: string | null;
  readonly lease: ZoneLease | null;
  readonly site: Site | null;
  /** Null here and below: not read, or the token may not. */
  readonly records: readonly DnsRecord[] | null;
  /** As Cloudflare names it: it may be one that came after this version. */
  readonly sslMode: string | null;
  readonly routes: readonly Route[] | null;
  readonly scripts: readonly string[] | null;
  readonly hosts: readonly HostView[];
}

/** What a step works on. */
export interface Work {
  readonly parts: SetupParts;
  readonly options: SetupOptions;
  readonly domain: string;
  readonly facts: Facts;
}

/** How a step ended; one that cannot go on throws a MaintError. */
export interface StepEnd {
  readonly status: StepStatus;
  readonly message: string;
  readonly details?: readonly string[];
  readonly learned?: Partial<Facts>;
}

export interface Step {
  readonly name: string;
  readonly run: (work: Work) => Promise<StepEnd>;
}
