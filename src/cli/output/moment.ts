/** Times for people, relative to one frozen now; pipes and JSON get RFC 3339. */
import type { View } from './view.js';

const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in at most two units, the second only where it matters: `3h 12m`, `45m`, `2d`. */
export function span(ms: number): string {
  const rest = Math.max(0, Math.round(ms / 1_000) * 1_000);
  const first = STEPS.findIndex(([, size]) => rest >= size);
  if (first < 0) return '0s';
  const [unit, size] = STEPS[first] ?? STEPS[3];
  const count = Math.floor(rest / size);
  const next = STEPS[first + 1];
  const remainder = next === undefined || count >= 10 ? 0 : Math.floor((rest - count * size) / next[1]);
  return remainder > 0 && next !== undefined ? `${count}${unit} ${remainder}${next[0]}` : `${count}${unit}`;
}

/** `3h 12m ago` or `in 5m` for a person, RFC 3339 for a pipe, empty for none. */
export function moment(time: string | null, view: Pick<View, 'person' | 'now'>): string {
  if (time === null) return '';
  if (!view.person) return time;
  const distance = Date.parse(time) - view.now.getTime();
  if (Math.abs(distance) < 1_000) return 'now';
  return distance < 0 ? `${span(-distance)} ago` : `in ${span(distance)}`;
}

/** The moment in the reader's own zone, for sentences: `Nov 23, 18:30 UTC`; with the year unless it is this one. */
export function clock(time: string, view: Pick<View, 'now'>, timeZone?: string): string {
  const date = new Date(time);
  const sameYear = date.getUTCFullYear() === view.now.getUTCFullYear();
  return new Intl.DateTimeFormat('en-GB', {
    ...(sameYear ? {} : { year: 'numeric' as const }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(date);
}
