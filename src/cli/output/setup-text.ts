/** What setup and teardown did, step by step, in words. */

import { counted } from '../../model/counted.js';
import { isPassedOver } from '../../setup/setup-all.js';
import type { SetupReport, StepReport, StepStatus } from '../../setup/setup-types.js';
import { clock, span } from './moment.js';
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
      ({ status }) =>
        view.verbosity > 0 || status === 'suggested' || status === 'failed' || isPassedOver(report),
    );
    const wrong = report.steps.length === 0 && report.error !== null ? [report.error.message] : [];
    return [
      headline(report, view),
      ...wrong,
      ...shown.flatMap((step) => stepLines(step, widestName(shown), view)),
    ];
  });
  return blocks.map((line) => `${line}\n`).join('') + totals(reports, view);
}

function headline(report: SetupReport, { palette }: View): string {
  const { domain, dryRun, success, durationMs } = report;
  if (isPassedOver(report)) return `${palette.strong(domain)}  ${palette.dim('skipped')}`;
  const done = dryRun ? 'looked at' : 'set up';
  const ending = success ? palette.good(done) : palette.bad('failed');
  return `${palette.strong(domain)}  ${ending} ${palette.dim(timeText(durationMs))}`;
}

/** How many sites went well, and how many did not. */
function totals(reports: readonly SetupReport[], view: View): string {
  const passedOver = reports.filter(isPassedOver).length;
  const failed = reports.filter(({ success }) => !success).length;
  const well = reports.length - passedOver - failed;
  const dryRun = reports.some((report) => report.dryRun);
  const parts = [
    `${counted(well, 'site')} ${dryRun ? 'looked at' : 'set up'}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(passedOver > 0 ? [`${passedOver} skipped`] : []),
  ];
  return `${parts.join(', ')}.\n${dryRun ? dryRunLine(view) : ''}`;
}

function dryRunLine({ palette }: View): string {
  return `${palette.dim('Dry run: nothing was changed.')}\n`;
}

/** Below this many columns there is no room for columns. */
const NARROW = 50;

function stepLines(step: StepReport, nameWidth: number, view: View): string[] {
  const { status, name, message, details, durationMs } = step;
  const { palette, width } = view;
  const narrow = width < NARROW;
  const label = narrow ? `${name}: ` : `${name.padEnd(nameWidth)}  `;
  const word = narrow ? `${status} ` : `${status.padEnd(STATUS_WIDTH)}  `;
  // What was not begun took no time.
  const time = durationMs === 0 && status === 'skipped' ? '' : `(${timeText(durationMs)})`;
  const indent = ' '.repeat(narrow ? 2 : word.length + label.length);
  const text = wrap(`${word}${label}${inOwnTime(message, view)} ${time}`.trimEnd(), width, indent).slice(
    word.length,
  );
  const more = details.flatMap((line) => wrap(line, width - indent.length, '  ').split('\n'));
  const timed = text.endsWith(time) ? text.slice(0, text.length - time.length) + palette.dim(time) : text;
  return [`${paint(status, word, view)}${timed}`, ...more.map((line) => palette.dim(indent + line))];
}

const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Steps tell moments as RFC 3339; a person gets them in their own zone. */
function inOwnTime(text: string, view: View): string {
  return text.replace(MOMENT, (time) => clock(time, view));
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

function footline({ steps, success, durationMs, dryRun }: SetupReport, view: View): string {
  const suggested = steps.filter(({ status }) => status === 'suggested').length;
  const left = suggested > 0 && success ? `, ${counted(suggested, 'suggestion')} left` : '';
  const ending = success
    ? `Done in ${timeText(durationMs)}${left}.`
    : `Stopped after ${timeText(durationMs)}.`;
  return `${ending}\n${dryRun ? dryRunLine(view) : ''}`;
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
