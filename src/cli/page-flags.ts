/** The flags that say what visitors see and for how long: their definitions, and typed text → options. */
import { isIP } from 'node:net';
import { readBounded } from '../config.js';
import { parseDuration } from '../model/duration.js';
import { reportOf } from '../model/errors.js';
import type { PageContent } from '../model/event.js';
import type { FlagDefinition } from './command.js';
import type { Flags } from './flags.js';

export const END_FLAGS: readonly FlagDefinition[] = [
  { flags: '--for <duration>', help: 'the expected length: 30m, 1h45m', group: 'Page' },
  {
    flags: '--until <time>',
    help: 'the expected end: 2026-11-24T06:00Z, or without a zone in local time',
    group: 'Page',
  },
];

export const PAGE_FLAGS: readonly FlagDefinition[] = [
  { flags: '--message <text>', help: 'what visitors read, at most 2,000 characters', group: 'Page' },
  { flags: '--title <text>', help: 'the headline, at most 200 characters', group: 'Page' },
  { flags: '--contact <address>', help: 'an e-mail address, telephone number or https URL', group: 'Page' },
  { flags: '--status-url <url>', help: 'an https URL with news', group: 'Page' },
  { flags: '--page <file.html>', help: 'a page of your own, at most 512 KiB', group: 'Page' },
];

export const PASS_FLAGS: readonly FlagDefinition[] = [
  { flags: '--auto-end', help: 'let everybody through by itself once the end has come', group: 'Page' },
  { flags: '--allow-ip <cidr>', help: 'who gets past the page; repeatable', group: 'Page', repeat: true },
  {
    flags: '--allow-path <glob>',
    help: 'paths that pass, /webhooks/*; repeatable',
    group: 'Page',
    repeat: true,
  },
];

export interface PageOptions extends PageContent {
  /** RFC 3339 UTC. */
  readonly until: string | null;
  readonly autoEnd: boolean;
}

const LIMITS = { message: 2_000, title: 200 } as const;
const PAGE_BYTES = 512 * 1_024;

/** Checks every page flag; what is wrong with them is added to `problems`, a sentence each. */
export function readPageFlags(flags: Flags, now: Date, problems: string[]): PageOptions {
  const checked = <T>(name: string, read: (value: string) => T): T | null => {
    const value = flags.text(name);
    if (value === undefined) return null;
    try {
      return read(value);
    } catch (error) {
      problems.push(reportOf(error).message);
      return null;
    }
  };
  const until = readEnd(flags, now, problems);
  if (flags.on('autoEnd') && !flags.has('for') && !flags.has('until')) {
    problems.push("'--auto-end' needs an end: add '--for' or '--until'.");
  }
  return {
    title: checked('title', (text) => readText('title', text)),
    message: checked('message', (text) => readText('message', text)),
    contact: checked('contact', readContact),
    statusUrl: checked('statusUrl', readStatusUrl),
    customPage: checked('page', readPageFile),
    allowIps: flags.texts('allowIp').flatMap((text) => readAddresses(text, problems)),
    allowPaths: flags.texts('allowPath').filter((path) => isPathGlob(path, problems)),
    until,
    autoEnd: flags.on('autoEnd'),
  };
}

function readText(name: keyof typeof LIMITS, text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error(`'--${name}' is empty.`);
  const length = [...trimmed].length;
  if (length <= LIMITS[name]) return trimmed;
  throw new Error(`'--${name}' has ${length} characters; ${LIMITS[name]} are allowed.`);
}

function readContact(text: string): string {
  const contact = text.trim();
  const isMail = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(contact);
  const isPhone = /^(?:tel:)?\+?[\d\s().-]{5,25}$/.test(contact);
  if (isMail || isPhone || isHttps(contact)) return contact;
  throw new Error(`'--contact ${contact}' is no e-mail address, telephone number or https URL.`);
}

function readStatusUrl(text: string): string {
  if (isHttps(text)) return text;
  throw new Error(`'--status-url ${text}' is not an https URL.`);
}

function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' && url.hostname !== '' && url.username === '' && url.password === '';
}

function readPageFile(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readBounded(path, PAGE_BYTES);
  } catch (error) {
    if (error instanceof RangeError) throw new Error(`The page ${path} is larger than 512 KiB.`);
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(`The page ${path} ${missing ? 'does not exist' : 'cannot be read'}.`);
  }
  let html: string;
  try {
    html = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`The page ${path} is not UTF-8 text.`);
  }
  if (!/<[a-z!][^>]*>/i.test(html) || html.includes('\0')) throw new Error(`The page ${path} holds no HTML.`);
  return html;
}

function readAddresses(text: string, problems: string[]): string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) problems.push("'--allow-ip' is empty.");
  return entries.filter((entry) => {
    if (isAddressOrRange(entry)) return true;
    problems.push(`'--allow-ip ${entry}' is no IP address or CIDR range such as 203.0.113.0/24.`);
    return false;
  });
}

function isAddressOrRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes('%')) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}

function isPathGlob(path: string, problems: string[]): boolean {
  if (path.startsWith('/') && !/\s/.test(path)) return true;
  problems.push(`'--allow-path ${path}' must start with a slash and hold no blanks: /webhooks/*.`);
  return false;
}

/** The end as RFC 3339 UTC, from `--for` or `--until`; null for none. */
function readEnd(flags: Flags, now: Date, problems: string[]): string | null {
  const length = flags.text('for');
  const until = flags.text('until');
  if (length !== undefined && until !== undefined) {
    problems.push("'--for' and '--until' exclude each other.");
    return null;
  }
  try {
    if (length !== undefined) return endAfter(length, now);
    return until === undefined ? null : endAt(until, now);
  } catch (error) {
    const { message, hint } = reportOf(error);
    problems.push(hint === null ? message : `${message} ${hint}`);
    return null;
  }
}

const LONGEST_MS = 366 * 86_400_000;

function endAfter(length: string, now: Date): string {
  const ms = parseDuration(length);
  if (ms <= 0) throw new Error(`'--for ${length}' is no time at all.`);
  if (ms > LONGEST_MS) throw new Error(`'--for ${length}' is longer than a year.`);
  return new Date(now.getTime() + ms).toISOString();
}

/** A date-time without a zone is local time: that is what the person at the keyboard reads off the clock. */
function endAt(text: string, now: Date): string {
  const shape = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?$/i;
  const [, day, time, zone = ''] = shape.exec(text.trim()) ?? [];
  const offset = zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase();
  const end = new Date(`${day}T${time}${offset}`);
  if (day === undefined || Number.isNaN(end.getTime()) || !isOnCalendar(day)) {
    throw new Error(`'--until ${text}' is no date and time such as 2026-11-24T06:00Z.`);
  }
  if (end.getTime() <= now.getTime())
    throw new Error(`'--until ${text}' is in the past (${end.toISOString()}).`);
  if (end.getTime() - now.getTime() > LONGEST_MS)
    throw new Error(`'--until ${text}' is more than a year away.`);
  return end.toISOString();
}

/** `Date` rolls 31 February over into March. */
function isOnCalendar(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
