import type { Palette } from './palette.js';

/** What a renderer must know of the stream that it writes for. */
export interface View {
  /** For a person at a terminal; false for a pipe or a file. */
  readonly person: boolean;
  /** Columns; infinite where nothing has to fit. */
  readonly width: number;
  readonly palette: Palette;
  readonly now: Date;
  /** How often `--verbose` was given. */
  readonly verbosity: number;
}
