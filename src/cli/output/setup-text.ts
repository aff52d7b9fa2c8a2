/** What setup and teardown did, step by step, in words. */

import { counted } from '../../model/counted.js';
import type { SetupReport, StepReport, StepStatus } from '../../setup/setup-types.js';
import { span } from './moment.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

const STATUS_WIDTH = 9;

/** For a person: each step with what was found and done. For a pipe: one line a step. */
export function setupText(report: SetupReport, view: View): string {
  if (!view.person) return setupRows([report], view);
  return stepsText(report, view) + footline(report, view);
}

/** The steps alone, for a person. */
export function stepsText({ steps }: SetupReport, view: View): string {
  const lines = steps.flatMap((step) => stepLines(step, widestName(steps), view));
  return lines.map((line) => `${line}\n`).join('');
}

/** Several domains: one line each, and the steps that are not simply well. */
export function setupsText(reports: readonly SetupReport[], view: View): string {
  if (!view.person) return setupRows(reports, view);
  const blocks = reports.flatMap((report) => {
    const shown = report.steps.filter(
      ({ status }) => view.verbosity > 0 || status === 'suggested' || status === 'failed',
    );
    const wrong = report.steps.length === 0 && report.error !== null ? [report.error.message] : [];
    return [
      headline(report, view),
      ...wrong,
      ...shown.flatMap((step) => stepLines(step, widestName(shown), view)),
    ];
  });
  return blocks.map((line) => `${line}\n`).join('');
}

function headline({ domain, success, durationMs }: SetupReport, { palette }: View): string {
  const ending = success ? palette.good('set up') : palette.bad('failed');
  return `${palette.strong(domain)}  ${ending} ${palette.dim(timeText(durationMs))}`;
}

/** Below this many columns there is no room for columns. */
const NARROW = 50;

function stepLines(step: StepReport, nameWidth: number, view: View): string[] {
  const { status, name, message, details, durationMs } = step;
  const { palette, width } = view;
  const narrow = width < NARROW;
  const label = narrow ? `${name}: ` : `${name.padEnd(nameWidth)}  `;
  const word = narrow ? `${status} ` : `${status.padEnd(STATUS_WIDTH)}  `;
  const time = durationMs >= 1_000 ? ` (${timeText(durationMs)})` : '';
  const indent = ' '.repeat(narrow ? 2 : word.length + label.length);
  const text = wrap(`${word}${label}${message}${time}`, width, indent).slice(word.length);
  const more = details.flatMap((line) => wrap(line, width - indent.length, '  ').split('\n'));
  return [`${paint(status, word, view)}${text}`, ...more.map((line) => palette.dim(indent + line))];
}

function widestName(steps: readonly StepReport[]): number {
  return Math.max(0, ...steps.map(({ name }) => name.length));
}

function paint(status: StepStatus, text: string, { palette }: View): string {
  switch (status) {
    case 'ok':
      return palette.good(text);
    case 'changed':
      return palette.accent(text);
    case 'suggested':
      return palette.warning(text);
    case 'failed':
      return palette.bad(text);
    case 'skipped':
      return palette.dim(text);
  }
}

function footline({ steps, success, durationMs, dryRun }: SetupReport, { palette }: View): string {
  const suggested = steps.filter(({ status }) => status === 'suggested').length;
  const left = suggested > 0 && success ? `, ${counted(suggested, 'suggestion')} left` : '';
  const ending = success
    ? `Done in ${timeText(durationMs)}${left}.`
    : `Stopped after ${timeText(durationMs)}.`;
  return `${ending}\n${dryRun ? `${palette.dim('Dry run: nothing was changed.')}\n` : ''}`;
}

function timeText(ms: number): string {
  return ms < 1_000 ? `${ms}ms` : span(ms);
}

type Row = StepReport & { readonly domain: string };

const PIPED: readonly Column<Row>[] = [
  { title: 'SITE', rank: 0, value: (row) => row.domain },
  { title: 'STEP', rank: 0, value: (row) => row.name },
  { title: 'STATUS', rank: 0, value: (row) => row.status },
  { title: 'MS', rank: 0, value: (row) => String(row.durationMs) },
  { title: 'MESSAGE', rank: 0, value: (row) => [row.message, ...row.details].join(' ') },
];

function setupRows(reports: readonly SetupReport[], view: View): string {
  const rows = reports.flatMap(({ domain, steps }) => steps.map((step) => ({ ...step, domain })));
  return table(rows, PIPED, view);
}
