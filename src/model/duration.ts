import { MaintError } from './errors.js';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a duration such as `90s`, `1h45m`, `1h 45m` or `2d` into milliseconds. A bare number is refused: it is the
 * commonest way to wait 30 hours instead of 30 minutes.
 */
export function parseDuration(text: string): number {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)\s*/g)];
  const whole = parts.map((part) => part[0]).join('');
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0), 0);
  if (whole === '' || whole !== text.trim() || !Number.isSafeInteger(Math.round(total))) {
    throw new MaintError('usage', `'${text}' is not a duration.`, {
      hint: 'Write a number with a unit: 90s, 30m, 1h45m, 2d.',
    });
  }
  return Math.round(total);
}

/** A duration for people, in its two largest units that are not zero: `1h 45m`, `12s`, `340ms`. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1_000) return `${Math.max(0, Math.round(ms))}ms`;
  let rest = Math.round(ms / 1_000) * 1_000;
  const words: string[] = [];
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count}${unit}`);
  }
  return words.slice(0, 2).join(' ');
}
