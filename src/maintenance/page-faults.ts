/** What is wrong with the content or the end of a page: the one place that says what a page may hold. */
import type { PageContent } from '../model/event.js';
import { isIpRange } from '../worker/ip-range.js';
import { isPathGlob } from '../worker/path-glob.js';

/** A sentence in parts, for the command line calls a field by its flag and the library by its name. */
export interface PageFault {
  readonly field: keyof PageContent;
  /** What was given, where that is short enough to be shown. */
  readonly value: string | null;
  /** The rest of the sentence: `is not an https URL.` */
  readonly fault: string;
}

export interface PageEnd {
  /** RFC 3339 with a zone; null for no end that is known. */
  readonly until?: string | null | undefined;
  readonly autoEnd?: boolean | undefined;
}

/** Bytes of a page of one's own, in UTF-8. */
export const PAGE_BYTES = 512 * 1_024;

/** Milliseconds from now to the latest end. */
export const LONGEST_MS = 366 * 86_400_000;

const LENGTHS = { title: 200, message: 2_000 } as const;

type Judge = (text: string) => string | null;

/** Checks what visitors will see and who gets past it. Nothing comes out where all is well. */
export function pageFaults(page: Partial<PageContent>): PageFault[] {
  const one = (field: Exclude<keyof PageContent, 'allowIps' | 'allowPaths'>, judge: Judge, shown = true) => {
    const value = page[field] ?? null;
    return value === null ? [] : faultsOf(field, [value], judge, shown);
  };
  return [
    ...one('title', (text) => lengthFault(text, LENGTHS.title), false),
    ...one('message', (text) => lengthFault(text, LENGTHS.message), false),
    ...one('contact', contactFault),
    ...one('statusUrl', (text) => (isHttps(text) ? null : 'is not an https URL.')),
    ...one('customPage', htmlFault, false),
    ...faultsOf('allowIps', page.allowIps ?? [], addressFault),
    ...faultsOf('allowPaths', page.allowPaths ?? [], pathFault),
  ];
}

/** The same, and the end, in whole sentences that call the fields by their names in the library. */
export function pageProblems(page: Partial<PageContent> & PageEnd, now: Date): string[] {
  return [...endProblems(page, now), ...pageFaults(page).map(sentenceOf)];
}

/** What is wrong with an end, as the rest of a sentence; null where it is to come within a year. */
export function endFault(end: Date, now: Date): string | null {
  if (end.getTime() <= now.getTime()) return `is in the past (${end.toISOString()}).`;
  return end.getTime() - now.getTime() > LONGEST_MS ? 'is more than a year away.' : null;
}

/** Whether a time can be read and its day, `2026-02-31`, is one: `Date` rolls it over into March. */
export function isOnCalendar(time: string): boolean {
  const day = time.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(time)) && new Date(midnight).toISOString().startsWith(day);
}

function endProblems({ until = null, autoEnd = false }: PageEnd, now: Date): string[] {
  if (until === null) return autoEnd ? ['autoEnd needs an end: give until.'] : [];
  const fault = ZONED_TIME.test(until) && isOnCalendar(until) ? endFault(new Date(until), now) : NO_TIME;
  return fault === null ? [] : [`until '${until}' ${fault}`];
}

const ZONED_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;
const NO_TIME = 'is no date and time with a zone such as 2026-11-24T06:00Z.';

function sentenceOf({ field, value, fault }: PageFault): string {
  return value === null ? `${field} ${fault}` : `${field} '${value}' ${fault}`;
}

function faultsOf(
  field: keyof PageContent,
  values: readonly string[],
  judge: Judge,
  shown = true,
): PageFault[] {
  return values.flatMap((value) => {
    const fault = judge(value);
    return fault === null ? [] : [{ field, value: shown ? value : null, fault }];
  });
}

function lengthFault(text: string, most: number): string | null {
  if (text.trim() === '') return 'is empty.';
  const length = [...text.trim()].length;
  return length <= most ? null : `has ${length} characters; ${most} are allowed.`;
}

function contactFault(contact: string): string | null {
  const isMail = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(contact);
  const isPhone = /^(?:tel:)?\+?[\d\s().-]{5,25}$/.test(contact);
  if (isMail || isPhone || isHttps(contact)) return null;
  return 'is no e-mail address, telephone number or https URL.';
}

function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}

function htmlFault(html: string): string | null {
  if (Buffer.byteLength(html) > PAGE_BYTES) return 'is larger than 512 KiB.';
  return /<[a-z!][^>]*>/i.test(html) && !html.includes('\0') ? null : 'holds no HTML.';
}

function addressFault(text: string): string | null {
  return isIpRange(text) ? null : 'is no IP address or CIDR range such as 203.0.113.0/24.';
}

function pathFault(text: string): string | null {
  if (isPathGlob(text)) return null;
  return 'must be a plain path such as /webhooks/*: one slash first, no query, blanks, ";" or encoded slashes.';
}
