/** A failure in words: one sentence, what belongs to it, what to do next. */
import { type ErrorReport, type MaintError, reportOf } from '../../model/errors.js';
import { printable } from './printable.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

/** A list of thousands would hide what it belongs to. */
const MOST_PROBLEMS = 20;

/** The lines for stderr. A stack trace only with `--verbose`. */
export function errorText(error: MaintError, view: View, cause?: unknown): string {
  const { palette, width } = view;
  const lines = [wrap(`${palette.bad('error:')} ${printable(error.message)}`, width, '  ')];
  const shown = view.verbosity > 0 ? error.problems : error.problems.slice(0, MOST_PROBLEMS);
  for (const problem of shown) lines.push(wrap(`  - ${printable(problem)}`, width, '    '));
  const left = error.problems.length - shown.length;
  if (left > 0) lines.push(`  … and ${left} more: --verbose or --json shows all.`);
  if (error.hint !== undefined)
    lines.push(wrap(`${palette.accent('hint:')} ${printable(error.hint)}`, width, '  '));
  if (error.ray !== undefined) lines.push(palette.dim(`ray: ${printable(error.ray)}`));
  const origin = error.cause ?? cause;
  if (view.verbosity > 0 && error.code === 'internal' && origin instanceof Error) {
    lines.push(palette.dim(printable(origin.stack ?? origin.message)));
  }
  return `${lines.join('\n')}\n`;
}

/** The `error` of a JSON document. */
export function reportForDocument(
  error: MaintError | null,
): (ErrorReport & { readonly problems?: readonly string[] }) | null {
  if (error === null) return null;
  return error.problems.length === 0 ? reportOf(error) : { ...reportOf(error), problems: error.problems };
}
