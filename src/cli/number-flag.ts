import type { Flags } from './flags.js';

export interface NumberRange {
  readonly from: number;
  readonly to?: number;
}

/** A whole number of a flag; undefined where it was not given. What is wrong is added to `problems`. */
export function readNumber(
  flags: Flags,
  name: string,
  { from, to = Number.MAX_SAFE_INTEGER }: NumberRange,
  problems: string[],
): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const range = to === Number.MAX_SAFE_INTEGER ? `of ${from} or more` : `from ${from} to ${to}`;
  problems.push(`'--${flag} ${text}' is not a whole number ${range}.`);
  return undefined;
}
