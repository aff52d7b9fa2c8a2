import { expect, it } from 'vitest';
import { examinationText } from '../../../src/cli/output/examination-text.js';
import { paletteOf } from '../../../src/cli/output/palette.js';
import type { View } from '../../../src/cli/output/view.js';
import type { Examination } from '../../../src/setup/prerequisites/examine.js';
import { NOW } from './memory-terminal.js';

const VIEW: View = { person: true, width: 80, palette: paletteOf(0), now: NOW, verbosity: 0 };
type Status = Examination['checks'][number]['status'];

/** Two checks of each site. */
function textOf(sites: Readonly<Record<string, Status>>): string {
  const checks = Object.entries(sites).flatMap(([subject, status]) =>
    (['ok', status] as const).map((each) => ({
      ...{ id: 'dns', title: 'DNS', area: 'sites' as const, subject, status: each },
      ...{ message: 'As it is.', nextStep: null, code: null },
    })),
  );
  const count = (status: Status) => checks.filter((check) => check.status === status).length;
  const summary = { ok: count('ok'), warning: count('warning'), failed: 0, skipped: count('skipped') };
  return examinationText({ checks, summary }, VIEW);
}

it('says of each site that it is in order, or what is not', () => {
  expect(textOf({ 'a.example': 'ok', 'b.example': 'warning', 'c.example': 'skipped' }).split('\n')).toEqual([
    'b.example',
    '! DNS: As it is.',
    '✓ a.example: visitors would see a page.',
    '- c.example: nothing wrong was found; --verbose shows what was not looked at.',
    '6 checks: 1 warning, 1 skipped, 4 ok.',
    '',
  ]);
});

it('counts very many sites that are in order, and warnings', () => {
  const many = Object.fromEntries(
    Array.from({ length: 13 }, (_, index) => [`${index}.example`, 'ok' as const]),
  );
  expect(textOf({ ...many, 'x.example': 'warning', 'y.example': 'warning' })).toMatch(
    /\n✓ 13 sites: visitors would see a page\.\n30 checks: 2 warnings, 28 ok\.\n$/,
  );
});
