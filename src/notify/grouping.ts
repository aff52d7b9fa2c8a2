/** Which notices a channel is told, and when: a storm is one message, and what goes on is not told again and again. */
import type { Notice, NoticeType } from '../model/notice.js';
import type { Channel } from './channels.js';

/** What a channel was just told of, it is told of again only after this time: what comes meanwhile is told together. */
export const APART_MS = 60_000;
/** What goes on unchanged is told again after this time. */
export const REPEAT_MS = 3_600_000;

/** States that the monitor reports with every pass for as long as they last. */
const LASTING: readonly NoticeType[] = ['held', 'failed'];

export function isLasting(type: NoticeType): boolean {
  return LASTING.includes(type);
}

/**
 * What of a notice a channel is to be told, or null for nothing. `earlier` are the notices of this type that it
 * was told within REPEAT_MS.
 *
 * A brake that holds is told once, however many sites join; a failure to act once for each site.
 */
export function partToTell(notice: Notice, channel: Channel, earlier: readonly Notice[]): Notice | null {
  if (!channel.on.includes(notice.type) || (notice.manual && !channel.manual)) return null;
  if (notice.manual || !isLasting(notice.type)) return notice;
  if (notice.type === 'held') return earlier.length > 0 ? null : notice;
  const known = new Set(earlier.flatMap(({ sites }) => sites.map(({ domain }) => domain)));
  const sites = notice.sites.filter(({ domain }) => !known.has(domain));
  return sites.length === 0 ? null : { ...notice, sites };
}

/**
 * When a notice should leave, in milliseconds since 1970: after `waitMs`, in which more may come, and not too
 * soon after the last message of its type, sent at `lastSentAt`. A person who waits for the end of a command is
 * not made to wait.
 */
export function dueAt(
  notice: Notice,
  times: { readonly now: number; readonly waitMs: number; readonly lastSentAt: number | null },
): number {
  if (notice.manual) return times.now;
  const earliest = times.now + times.waitMs;
  // A clock that was put back leaves a last message in the future, which nobody should wait for.
  if (times.lastSentAt === null || times.lastSentAt > times.now) return earliest;
  return Math.max(earliest, times.lastSentAt + APART_MS);
}
