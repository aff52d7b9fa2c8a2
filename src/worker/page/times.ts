import type { PageSettings } from '../settings.js';

/** A time in UTC in the words of a locale, for readers without a script: `23 November 2026 at 16:30 UTC`. */
export function utcTime(time: string, locale: string): string {
  const words = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${words.format(new Date(time))} UTC`;
}

/** How much of the maintenance is over: 0 to 1, where 1 is from its expected end on; null where no end is known. */
export function progress({ since, until }: PageSettings, now: Date): number | null {
  if (until === null) return null;
  const start = Date.parse(since);
  const end = Date.parse(until);
  return end <= now.getTime() ? 1 : Math.max(0, (now.getTime() - start) / (end - start));
}
