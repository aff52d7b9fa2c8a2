/** The past of a target: a chart for a person, and a line for each day or each check. */
import type { CheckResult, DailySummary, Target } from '../../model/target.js';
import { clock } from './moment.js';
import { responseChart, timeText } from './response-chart.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';

export interface TargetHistory {
  readonly target: Target;
  readonly days: readonly DailySummary[];
  readonly checks: readonly CheckResult[];
}

/** With `each` a line for every check, else the chart and a line for every day. */
export function historyText(histories: readonly TargetHistory[], each: boolean, view: View): string {
  if (!view.person) return histories.map((history) => pipedText(history, each, view)).join('');
  return histories
    .map((history) => {
      const { target, checks, days } = history;
      const { palette } = view;
      const head = `${palette.strong(target.url)} ${palette.dim(`target ${target.id}, ${target.standing.state}`)}\n`;
      if (days.length + checks.length === 0) return `${head}${palette.dim('  No result yet.')}\n`;
      return each
        ? head + table(checks, CHECK_COLUMNS, view)
        : `${head}${responseChart(checks, view)}\n${table([...days].reverse(), DAY_COLUMNS, view)}`;
    })
    .join('\n');
}

function pipedText({ target, checks, days }: TargetHistory, each: boolean, view: View): string {
  const whose = <Row>(): Column<Row>[] => [
    { title: 'ID', rank: 0, value: () => String(target.id) },
    { title: 'SITE', rank: 0, value: () => target.domain },
  ];
  return each
    ? table(checks, [...whose<CheckResult>(), ...CHECK_COLUMNS], view)
    : table(days, [...whose<DailySummary>(), ...DAY_COLUMNS], view);
}

const DAY_COLUMNS: readonly Column<DailySummary>[] = [
  { title: 'DAY', rank: 0, value: ({ day }) => day },
  {
    title: 'UPTIME',
    rank: 0,
    value: ({ uptime }, { person }) => (uptime === null ? '' : person ? percent(uptime) : String(uptime)),
    align: 'right',
    paint: (text, { uptime }, { palette }) =>
      uptime === null || uptime === 1 ? text : palette.warning(text),
  },
  { title: 'P50', rank: 1, value: ({ p50Ms }, view) => ms(p50Ms, view), align: 'right' },
  { title: 'P95', rank: 1, value: ({ p95Ms }, view) => ms(p95Ms, view), align: 'right' },
  { title: 'CHECKS', rank: 2, value: ({ checks }) => String(checks), align: 'right' },
  { title: 'FAILED', rank: 2, value: ({ failures }) => String(failures), align: 'right' },
  { title: 'EXCUSED', rank: 3, value: ({ excused }) => String(excused), align: 'right' },
];

const CHECK_COLUMNS: readonly Column<CheckResult>[] = [
  { title: 'AT', rank: 0, value: ({ at }, view) => (view.person ? clock(at, view) : at) },
  {
    title: 'VERDICT',
    rank: 0,
    value: ({ verdict }) => verdict,
    paint: (text, { verdict }, { palette }) =>
      verdict === 'success'
        ? palette.good(text)
        : verdict === 'failure'
          ? palette.bad(text)
          : palette.dim(text),
  },
  { title: 'STATUS', rank: 1, value: ({ statusCode }) => (statusCode === null ? '' : String(statusCode)) },
  { title: 'ERROR', rank: 1, value: ({ error }) => error ?? '' },
  { title: 'CONNECT', rank: 3, value: ({ connectMs }, view) => ms(connectMs, view), align: 'right' },
  { title: 'FIRST BYTE', rank: 3, value: ({ firstByteMs }, view) => ms(firstByteMs, view), align: 'right' },
  { title: 'TOTAL', rank: 0, value: ({ totalMs }, view) => ms(totalMs, view), align: 'right' },
];

function ms(value: number | null, { person }: View): string {
  if (value === null) return '';
  return person ? timeText(value) : String(value);
}

/** Never rounded up to 100: an hour of outage in a year must show. */
function percent(share: number): string {
  return share === 1 ? '100%' : `${(Math.floor(share * 100_000) / 1_000).toFixed(3)}%`;
}
