/** Flags, environment and settings file → one validated Config. The only reader of the environment. */
import { closeSync, openSync, readSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { distance } from 'fastest-levenshtein';
import { parseDuration } from './model/duration.js';
import { MaintError } from './model/errors.js';
import { isLoopback } from './model/loopback.js';

/** Everything that `maint` needs to know of the world outside, validated. */
export interface Config {
  /** null where none was given: commands that need no Cloudflare still work. */
  readonly token: string | null;
  /** Where the token came from, for people: `CLOUDFLARE_API_TOKEN`, `--api-token` … */
  readonly tokenSource: string | null;
  /** The file that a person named for it, which is read whatever its mode; null where there is none. */
  readonly tokenFile: string | null;
  /** Where named tokens are kept. */
  readonly tokenFolder: string;
  /** Narrows everything to one account. */
  readonly accountId: string | null;
  /** The domain that `setup` takes where none is named. */
  readonly domain: string | null;
  readonly baseUrl: string;
  readonly dbPath: string;
  readonly actor: string;
  /** `host:port` to which every probe of a site connects instead of the site's own address. */
  readonly connectTo: { readonly host: string; readonly port: number } | null;
  readonly proxy: { readonly http?: string; readonly https?: string; readonly no?: string };
  readonly maxWaitMs: number;
  /** Nothing is changed at Cloudflare, whatever is asked for. */
  readonly readOnly: boolean;
  /** Who is told of what, as it stands in the settings; `notify/channels.ts` checks it when it is first used. */
  readonly notify: unknown;
}

export const DEFAULT_BASE_URL = 'https://api.cloudflare.com/client/v4';
export const DEFAULT_MAX_WAIT = '10m';

/** What the command line may say; undefined where a flag was not given. */
export interface ConfigFlags {
  readonly apiToken?: string | undefined;
  readonly db?: string | undefined;
  readonly as?: string | undefined;
  readonly connectTo?: string | undefined;
  readonly maxWait?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is asked of the operating system; tests pass their own. */
export interface System {
  readonly homedir: () => string;
  readonly username: () => string;
  /** A file's text; throws as `fs.readFileSync` does. */
  readonly readFile: (path: string) => string;
}

/** More than this is no settings file and no token. */
const SETTINGS_BYTES = 1_048_576;

/**
 * A file's content, or that of a pipe, which tells no size: never more than `most` bytes are held.
 * @throws RangeError where there is more; else as `fs.readSync` does
 */
export function readBounded(file: string, most: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(most + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += read;
      if (length > most) throw new RangeError(`${file} holds more than ${most} bytes`);
      if (read === 0) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** @throws MaintError where the user has none, as some users of containers */
function homeFolder(): string {
  try {
    return os.homedir() || os.userInfo().homedir;
  } catch (cause) {
    throw new MaintError('usage', 'This user has no home folder.', {
      hint: 'Set HOME, or both XDG_CONFIG_HOME and XDG_STATE_HOME.',
      cause,
    });
  }
}

export const realSystem: System = {
  // An empty HOME would put the store into whatever folder one stands in.
  homedir: homeFolder,
  username: () => os.userInfo().username,
  readFile: (file) => readBounded(file, SETTINGS_BYTES).toString('utf8'),
};

/** The keys of the settings file that are texts. A token is none: a file of its own can be kept at 0600. */
const TEXTS = ['apiTokenFile', 'accountId', 'apiBaseUrl', 'db', 'actor', 'connectTo', 'maxWait'] as const;
const SETTINGS = [...TEXTS, 'readOnly', 'notify'] as const;
type Settings = Partial<Readonly<Record<(typeof TEXTS)[number], string>>> & {
  readonly readOnly?: boolean;
  readonly notify?: unknown;
};

/**
 * Reads everything that can be configured; flags win over the environment, the environment over the settings
 * file. An empty variable counts as not set. All problems are collected into one error: `usage`, or
 * `token-missing` where a token file is all that is wrong. No error ever holds a token.
 *
 * @example loadConfig({ db: '/srv/maint.db' }, process.env, realSystem).dbPath // '/srv/maint.db'
 */
export function loadConfig(flags: ConfigFlags, env: Environment, system: System = realSystem): Config {
  const problems: string[] = [];
  const settings = readSettings(env, system, problems);
  const attempt = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      problems.push(error instanceof MaintError ? error.message : String(error));
      return otherwise;
    }
  };
  const connectTo = flags.connectTo ?? first(env, 'MAINT_CONNECT_TO') ?? settings.connectTo;
  const baseUrl = first(env, 'CLOUDFLARE_API_BASE_URL', 'CLOUDFLARE_BASE_URL') ?? settings.apiBaseUrl;
  const maxWait = flags.maxWait ?? settings.maxWait ?? DEFAULT_MAX_WAIT;
  const fields = {
    accountId: first(env, 'CLOUDFLARE_ACCOUNT_ID', 'CF_ACCOUNT_ID') ?? settings.accountId ?? null,
    domain: first(env, 'CLOUDFLARE_DOMAIN') ?? null,
    tokenFolder: path.join(xdg(env, 'XDG_CONFIG_HOME', system, '.config'), 'maint', 'tokens'),
    baseUrl: attempt(() => readBaseUrl(baseUrl ?? DEFAULT_BASE_URL), DEFAULT_BASE_URL),
    dbPath: databasePath(flags, env, settings, system),
    actor: actorName(flags, env, settings, system),
    connectTo: attempt(() => (connectTo === undefined ? null : readHostAndPort(connectTo)), null),
    proxy: readProxies(env),
    maxWaitMs: attempt(() => parseDuration(maxWait), 0),
    readOnly: settings.readOnly ?? false,
    notify: settings.notify ?? [],
  };
  if (flags.db === '') problems.push("'--db' needs a path.");
  if (problems.length > 0) throw new MaintError('usage', 'The configuration is not valid.', { problems });
  return { ...fields, ...readToken(flags, env, settings, system) };
}

function first(env: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== '');
}

/** A base directory; the XDG specification says that a relative path in one of these variables is ignored. */
function xdg(env: Environment, name: string, system: System, fallback: string): string {
  const value = env[name];
  return value !== undefined && path.isAbsolute(value) ? value : path.join(system.homedir(), fallback);
}

function readSettings(env: Environment, system: System, problems: string[]): Settings {
  const file = path.join(xdg(env, 'XDG_CONFIG_HOME', system, '.config'), 'maint', 'config.json');
  let value: unknown;
  try {
    value = JSON.parse(system.readFile(file));
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (!missing) problems.push(`${file} ${faultOf(error)}`);
    return {};
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(`${file} does not hold a JSON object.`);
    return {};
  }
  const entries = Object.entries(value);
  problems.push(...entries.flatMap((entry) => settingProblem(file, ...entry)));
  return Object.fromEntries(entries.filter((entry) => settingProblem(file, ...entry).length === 0));
}

/** What is wrong with the settings file, without the words around it: these may be part of a token. */
function faultOf(error: unknown): string {
  if (!(error instanceof SyntaxError)) return `cannot be read (${(error as NodeJS.ErrnoException).code}).`;
  const [, position] = /position (\d+)/.exec(error.message) ?? [];
  return position === undefined ? 'is not valid JSON.' : `is not valid JSON, from character ${position} on.`;
}

function settingProblem(file: string, key: string, value: unknown): string[] {
  if (!SETTINGS.some((known) => known === key))
    return [`${file}: unknown key '${key}'. ${nearestSetting(key)}`];
  if (key === 'readOnly')
    return typeof value === 'boolean' ? [] : [`${file}: 'readOnly' must be true or false.`];
  if (key === 'notify') return Array.isArray(value) ? [] : [`${file}: 'notify' must be a list.`];
  return typeof value === 'string' && value.trim() !== '' ? [] : [`${file}: '${key}' must be a text.`];
}

function nearestSetting(key: string): string {
  const steps = (known: string) => distance(key.toLowerCase(), known.toLowerCase());
  const nearest = SETTINGS.reduce((a, b) => (steps(b) < steps(a) ? b : a));
  return steps(nearest) <= 4 ? `Did you mean '${nearest}'?` : `Known are ${SETTINGS.join(', ')}.`;
}

function databasePath(flags: ConfigFlags, env: Environment, settings: Settings, system: System): string {
  const given = flags.db ?? first(env, 'MAINT_DB') ?? settings.db;
  if (given === ':memory:') return given;
  if (given !== undefined) return path.resolve(given);
  const state = xdg(env, 'XDG_STATE_HOME', system, path.join('.local', 'state'));
  return path.join(state, 'maint', 'maint.db');
}

function actorName(flags: ConfigFlags, env: Environment, settings: Settings, system: System): string {
  const given = flags.as?.trim() || first(env, 'MAINT_ACTOR') || settings.actor;
  if (given) return given;
  try {
    return system.username();
  } catch {
    // A container may run under a user id that has no name.
    return first(env, 'USER', 'LOGNAME') ?? 'unknown';
  }
}

function readBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new MaintError('usage', `The API's base URL '${withoutUserinfo(text)}' is not an http(s) URL.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new MaintError('usage', "The API's base URL must not hold a user name or password.");
  }
  if (url.search !== '' || url.hash !== '') {
    throw new MaintError('usage', "The API's base URL must not hold a query or a fragment.");
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    const host = url.host;
    throw new MaintError('usage', `The token would travel unprotected to http://${host}: use https there.`);
  }
  return url.href.replace(/\/+$/, '');
}

/** A URL without the user name and password it may hold, for messages. */
export function withoutUserinfo(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//');
}

function readHostAndPort(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new MaintError(
      'usage',
      `'${text}' is not 'host:port'; an IPv6 address goes into brackets: [::1]:8443.`,
    );
  }
  return { host, port };
}

function readProxies(env: Environment): Config['proxy'] {
  const http = first(env, 'http_proxy', 'HTTP_PROXY');
  const https = first(env, 'https_proxy', 'HTTPS_PROXY');
  const no = first(env, 'no_proxy', 'NO_PROXY');
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    ...(no === undefined ? {} : { no }),
  };
}

type Token = Pick<Config, 'token' | 'tokenSource' | 'tokenFile'>;

function readToken(flags: ConfigFlags, env: Environment, settings: Settings, system: System): Token {
  if (flags.apiToken !== undefined) {
    const token = flags.apiToken.trim();
    if (token === '') throw new MaintError('token-missing', "'--api-token' is empty.");
    return { token, tokenSource: '--api-token', tokenFile: null };
  }
  for (const name of ['CLOUDFLARE_API_TOKEN', 'CF_API_TOKEN']) {
    const token = first(env, name);
    if (token !== undefined) return { token, tokenSource: name, tokenFile: null };
  }
  const fromEnvironment = first(env, 'CLOUDFLARE_API_TOKEN_FILE');
  const credential = fromEnvironment === undefined ? systemdCredential(env, system) : null;
  if (credential !== null) return credential;
  const file = fromEnvironment ?? settings.apiTokenFile;
  if (file === undefined) return { token: null, tokenSource: null, tokenFile: null };
  const source = fromEnvironment === undefined ? 'apiTokenFile' : 'CLOUDFLARE_API_TOKEN_FILE';
  const token = readTokenFile(file, source, system);
  return { token, tokenSource: `${source} (${file})`, tokenFile: file };
}

/**
 * What a unit was given with `LoadCredential=maint-token:…` (systemd, System and Service Credentials); null where
 * it was not: a unit may have other credentials.
 */
function systemdCredential(env: Environment, system: System): Token | null {
  const folder = first(env, 'CREDENTIALS_DIRECTORY');
  if (folder === undefined) return null;
  const file = path.join(folder, 'maint-token');
  try {
    system.readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  }
  const token = readTokenFile(file, 'LoadCredential=maint-token', system);
  return { token, tokenSource: `systemd credential (${file})`, tokenFile: null };
}

function readTokenFile(file: string, source: string, system: System): string {
  let token: string;
  try {
    token = system.readFile(file).trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new MaintError('token-missing', `The token file ${file} ${why}.`, {
      hint: `Correct ${source}, or set CLOUDFLARE_API_TOKEN instead.`,
    });
  }
  if (token !== '') return token;
  throw new MaintError('token-missing', `The token file ${file} is empty.`, {
    hint: 'Write the API token into it, as its only line.',
  });
}
