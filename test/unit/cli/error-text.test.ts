import { describe, expect, it } from 'vitest';
import { errorText } from '../../../src/cli/output/error-text.js';
import { paletteOf } from '../../../src/cli/output/palette.js';
import type { View } from '../../../src/cli/output/view.js';
import { MaintError } from '../../../src/model/errors.js';

const view: View = {
  person: false,
  width: Number.POSITIVE_INFINITY,
  palette: paletteOf(0),
  now: new Date('2026-11-23T12:00:00Z'),
  verbosity: 0,
};

const withProblems = (count: number) =>
  new MaintError('unknown-name', `${count} names are unknown.`, {
    problems: Array.from({ length: count }, (_, index) => `There is no domain 's${index}.example'.`),
    hint: 'List them.',
  });

describe('an error in words', () => {
  it('says what, which and what next, one a line', () => {
    expect(errorText(withProblems(2), view)).toBe(
      "error: 2 names are unknown.\n  - There is no domain 's0.example'.\n  - There is no domain 's1.example'.\nhint: List them.\n",
    );
  });

  it('shows the first of very many, and all with --verbose', () => {
    const short = errorText(withProblems(21), view).split('\n');
    expect(short.filter((line) => line.startsWith('  - '))).toHaveLength(20);
    expect(short).toContain('  … and 1 more: --verbose or --json shows all.');
    const long = errorText(withProblems(21), { ...view, verbosity: 1 });
    expect(long.split('\n').filter((line) => line.startsWith('  - '))).toHaveLength(21);
  });

  it('shows the stack of a bug with --verbose only', () => {
    const bug = new MaintError('internal', 'Oops.', { cause: new Error('deep') });
    expect(errorText(bug, view)).not.toContain('at ');
    expect(errorText(bug, { ...view, verbosity: 1 })).toMatch(/Error: deep\n\s+at /);
  });

  it('lets no control character through', () => {
    expect(errorText(new MaintError('failed', 'a\u001b[31mb\u0007'), view)).not.toMatch(/\p{Cc}(?!$)/u);
  });
});
