import { parseDuration } from '../model/duration.js';

/** A moment in the past: `2h` (ago) or an ISO date, with or without a time. RFC 3339 UTC; null where it is neither. */
export function readPast(text: string, now: Date): string | null {
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const time = new Date(text.replace(' ', 'T'));
    return Number.isNaN(time.getTime()) ? null : time.toISOString();
  }
  try {
    return new Date(now.getTime() - parseDuration(text)).toISOString();
  } catch {
    return null;
  }
}
