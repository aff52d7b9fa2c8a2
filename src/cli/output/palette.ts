/** Colours by meaning, so that a renderer never names one. */
import { Chalk, type ColorSupportLevel } from 'chalk';

export interface Palette {
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly accent: (text: string) => string;
}

/** Only the sixteen colours that every terminal theme defines are used, so a level says no more than on or off. */
export function paletteOf(level: ColorSupportLevel): Palette {
  const chalk = new Chalk({ level });
  return {
    strong: chalk.bold,
    dim: chalk.dim,
    good: chalk.green,
    warning: chalk.yellow,
    bad: chalk.red,
    accent: chalk.cyan,
  };
}

export interface ColourFacts {
  readonly noColorFlag: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
}

/**
 * Whether a stream gets colours. First that speaks wins: `--no-color`, `NO_COLOR` (no-color.org: when not
 * empty), `FORCE_COLOR` (`0` and `false` say no), then a terminal that is not `dumb`. chalk itself does not
 * read `NO_COLOR`, so the level is always set from here.
 */
export function colourLevel({ noColorFlag, env, isTTY }: ColourFacts): ColorSupportLevel {
  if (noColorFlag || env.NO_COLOR) return 0;
  if (env.FORCE_COLOR !== undefined) return ['0', 'false'].includes(env.FORCE_COLOR) ? 0 : 1;
  return isTTY && env.TERM !== 'dumb' ? 1 : 0;
}
