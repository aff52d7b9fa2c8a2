/** A failure in words: one sentence, what belongs to it, what to do next. */
import { type ErrorReport, type MaintError, reportOf } from '../../model/errors.js';
import { printable } from './printable.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

/** The lines for stderr. A stack trace only with `--verbose`. */
export function errorText(error: MaintError, view: View, cause?: unknown): string {
  const { palette, width } = view;
  const lines = [wrap(`${palette.bad('error:')} ${printable(error.message)}`, width, '  ')];
  for (const problem of error.problems) lines.push(wrap(`  - ${printable(problem)}`, width, '    '));
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
