/** Notices → one message in words, the same for every channel. */
import type { Notice, NoticeType } from '../model/notice.js';

export type Gravity = 'bad' | 'warning' | 'good' | 'info';

export interface Section {
  readonly type: NoticeType;
  /** `12 sites are down`. */
  readonly headline: string;
  /** A line a site, at most NAMED of them, and one that says how many more there are. */
  readonly lines: readonly string[];
}

export interface Message {
  readonly title: string;
  readonly gravity: Gravity;
  readonly sections: readonly Section[];
}

/** Sites named in a section. */
const NAMED = 10;
/** A reason longer than this is cut. */
const REASON_LENGTH = 200;

/** What needs a person first comes first. */
const ORDER: readonly NoticeType[] = ['failed', 'held', 'frozen', 'down', 'enabled', 'recovered', 'disabled'];

const GRAVITY: Readonly<Record<NoticeType, Gravity>> = {
  failed: 'bad',
  held: 'bad',
  down: 'bad',
  frozen: 'warning',
  enabled: 'warning',
  recovered: 'good',
  disabled: 'good',
};

const HEADLINES: Readonly<Record<NoticeType, (sites: string, one: boolean) => string>> = {
  failed: (sites) => `could not act on ${sites}`,
  held: (sites) => `held back: nothing was enabled for ${sites}`,
  frozen: (sites, one) => `${sites} ${one ? 'keeps' : 'keep'} going up and down: left alone for now`,
  down: (sites, one) => `${sites} ${one ? 'is' : 'are'} down`,
  enabled: (sites) => `maintenance page up on ${sites}`,
  recovered: (sites, one) => `${sites} ${one ? 'is' : 'are'} well again`,
  disabled: (sites) => `maintenance page taken down from ${sites}`,
};

/**
 * Joins notices into one message: a section for each type, each site once with the newest reason.
 *
 * @example messageOf([down('a.example', 'HTTP 502')]).title // 'a.example is down'
 */
export function messageOf(notices: readonly Notice[]): Message {
  const types = ORDER.filter((type) => notices.some((notice) => notice.type === type));
  const sections = types.map((type) =>
    sectionOf(
      type,
      notices.filter((notice) => notice.type === type),
    ),
  );
  const title = sections.map(({ headline }) => headline).join('; ');
  return { title, gravity: GRAVITY[types[0] ?? 'disabled'], sections };
}

function sectionOf(type: NoticeType, notices: readonly Notice[]): Section {
  const reasons = new Map(
    notices.flatMap(({ sites }) => sites.map(({ domain, reason }) => [domain, reason])),
  );
  const named = [...reasons].slice(0, NAMED).map(([domain, reason]) => line(domain, reason));
  const more = reasons.size - named.length;
  const by = [...new Set(notices.filter(({ manual }) => manual).map(({ actor }) => actor))];
  const events = [...new Set(notices.flatMap(({ eventId }) => eventId ?? []))];
  const [only] = reasons.keys();
  const sites = reasons.size === 1 && only !== undefined ? plain(only) : `${reasons.size} sites`;
  return {
    type,
    headline: `${HEADLINES[type](sites, reasons.size === 1)}${by.length > 0 ? `, by ${by.map(plain).join(', ')}` : ''}`,
    lines: [
      ...named,
      ...(more > 0 ? [`and ${more} more`] : []),
      ...(events.length > 0 ? [`event ${events.map(plain).join(', ')}`] : []),
    ],
  };
}

function line(domain: string, reason: string): string {
  const words = plain(reason);
  const cut = words.length > REASON_LENGTH ? `${words.slice(0, REASON_LENGTH - 1).trimEnd()}…` : words;
  return cut === '' ? plain(domain) : `${plain(domain)}: ${cut}`;
}

/** One line without control characters: part of it may come from a site's own answer. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}
