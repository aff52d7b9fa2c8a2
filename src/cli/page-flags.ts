/** The flags that say what visitors see and for how long: their definitions, and typed text → options. */
import { readBounded } from '../config.js';
import {
  endFault,
  isOnCalendar,
  LONGEST_MS,
  PAGE_BYTES,
  type PageFault,
  pageFaults,
} from '../maintenance/page-faults.js';
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

const FLAG_OF: Readonly<Record<Exclude<keyof PageContent, 'customPage'>, string>> = {
  title: 'title',
  message: 'message',
  contact: 'contact',
  statusUrl: 'status-url',
  allowIps: 'allow-ip',
  allowPaths: 'allow-path',
};

/** Checks every page flag; what is wrong with them is added to `problems`, a sentence each. */
export function readPageFlags(flags: Flags, now: Date, problems: string[]): PageOptions {
  const until = readEnd(flags, now, problems);
  if (flags.on('autoEnd') && !flags.has('for') && !flags.has('until')) {
    problems.push("'--auto-end' needs an end: add '--for' or '--until'.");
  }
  const page: PageContent = {
    title: flags.text('title')?.trim() ?? null,
    message: flags.text('message')?.trim() ?? null,
    contact: flags.text('contact')?.trim() ?? null,
    statusUrl: flags.text('statusUrl') ?? null,
    customPage: readPageFile(flags.text('page'), problems),
    allowIps: flags.texts('allowIp').flatMap((text) => readAddresses(text, problems)),
    allowPaths: flags.texts('allowPath'),
  };
  problems.push(...pageFaults(page).map((fault) => sentenceOf(fault, flags)));
  return { ...page, until, autoEnd: flags.on('autoEnd') };
}

function sentenceOf({ field, value, fault }: PageFault, flags: Flags): string {
  if (field === 'customPage') return `The page ${flags.text('page')} ${fault}`;
  const flag = `--${FLAG_OF[field]}`;
  return value === null ? `'${flag}' ${fault}` : `'${flag} ${value}' ${fault}`;
}

/** The HTML of a file; null where there is none to read. */
function readPageFile(path: string | undefined, problems: string[]): string | null {
  if (path === undefined) return null;
  let bytes: Buffer;
  try {
    bytes = readBounded(path, PAGE_BYTES);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const fault = missing ? 'does not exist.' : 'cannot be read.';
    problems.push(`The page ${path} ${error instanceof RangeError ? 'is larger than 512 KiB.' : fault}`);
    return null;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    problems.push(`The page ${path} is not UTF-8 text.`);
    return null;
  }
}

function readAddresses(text: string, problems: string[]): string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) problems.push("'--allow-ip' is empty.");
  return entries;
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
  const written = `${day}T${time}${offset}`;
  if (day === undefined || !isOnCalendar(written)) {
    throw new Error(`'--until ${text}' is no date and time such as 2026-11-24T06:00Z.`);
  }
  const end = new Date(written);
  const fault = endFault(end, now);
  if (fault !== null) throw new Error(`'--until ${text}' ${fault}`);
  return end.toISOString();
}
