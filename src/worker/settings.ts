/**
 * What a maintenance page is told: the content of the Worker's `settings.txt`.
 * Platform-free and without dependencies: Node writes it, the Worker reads it, both check it with the same code.
 */

/** A route that served one of these hosts before the page: what a visitor who is let through must reach. */
export interface UpstreamRoute {
  readonly pattern: string;
  /** Name of the service binding of the Worker that ran there; null: no Worker, so the origin. */
  readonly binding: string | null;
}

export interface PageSettings {
  readonly schema: 1;
  readonly eventId: string;
  readonly title: string | null;
  readonly message: string | null;
  /** RFC 3339, UTC. */
  readonly since: string;
  /** RFC 3339, UTC; null: the end is not known. */
  readonly until: string | null;
  /** Let everybody through, by the Worker itself, from `until` on. */
  readonly autoEnd: boolean;
  /** An e-mail address, a telephone number or an https URL. */
  readonly contact: string | null;
  /** An https URL. */
  readonly statusUrl: string | null;
  /** IPv4 and IPv6 addresses and CIDR ranges. */
  readonly allowIps: readonly string[];
  /** Path globs such as `/webhooks/*`. */
  readonly allowPaths: readonly string[];
  /** At least 128 random bits, base64url. Whoever knows it passes. */
  readonly bypassSecret: string;
  readonly upstream: readonly UpstreamRoute[];
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isUpstreamRoute: Check = (value) =>
  isRecord(value) && isText(value.pattern) && orNull(isText)(value.binding);

const FIELDS: Record<keyof PageSettings, Check> = {
  schema: (value) => value === 1,
  eventId: (value) => typeof value === 'string' && /^[\w-]{1,64}$/.test(value),
  title: orNull(isText),
  message: orNull(isText),
  since: isTime,
  until: orNull(isTime),
  autoEnd: (value) => typeof value === 'boolean',
  contact: orNull(isText),
  statusUrl: orNull(isText),
  allowIps: isListOf(isText),
  allowPaths: isListOf(isText),
  bypassSecret: (value) => typeof value === 'string' && /^[\w-]{22,}$/.test(value),
  upstream: isListOf(isUpstreamRoute),
};

/** The fields of a value that are missing or wrong, by name; none means that it is a `PageSettings`. */
export function settingsProblems(value: unknown): string[] {
  if (!isRecord(value)) return ['settings'];
  return Object.entries(FIELDS)
    .filter(([name, check]) => !check(value[name]))
    .map(([name]) => name);
}

/** Reads settings from JSON text. Null for anything else; never throws. */
export function parseSettings(text: string): PageSettings | null {
  try {
    const value: unknown = JSON.parse(text);
    return settingsProblems(value).length === 0 ? (value as PageSettings) : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
