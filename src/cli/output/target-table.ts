/** Targets as a table; used wherever they are listed. */
import { formatDuration } from '../../model/duration.js';
import type { Target } from '../../model/target.js';
import { moment } from './moment.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';

const COLUMNS: readonly Column<Target>[] = [
  { title: 'ID', rank: 0, value: ({ id }) => String(id), align: 'right' },
  { title: 'SITE', rank: 0, value: ({ domain }) => domain },
  { title: 'STATE', rank: 1, value: stateOf, paint: paintState },
  { title: 'SINCE', rank: 4, value: ({ standing }, view) => moment(standing.changedAt, view) },
  { title: 'URL', rank: 2, shrinksTo: 16, value: ({ url }) => url },
  { title: 'EVERY', rank: 5, value: ({ intervalMs }) => formatDuration(intervalMs) },
  { title: 'AFTER', rank: 6, value: (target) => `${target.failureThreshold}/${target.recoveryThreshold}` },
  { title: 'DOES', rank: 3, value: doesOf },
  { title: 'CHECKED', rank: 4, value: ({ standing }, view) => moment(standing.checkedAt, view) },
];

export function targetTable(targets: readonly Target[], view: View): string {
  return table(targets, COLUMNS, view);
}

/** `suspect 2/3`: how far it is on the way to down. */
function stateOf({ standing, failureThreshold, recoveryThreshold }: Target, { now }: View): string {
  const { state, failures, successes, frozenUntil } = standing;
  const frozen = frozenUntil !== null && Date.parse(frozenUntil) > now.getTime() ? ', frozen' : '';
  if (state === 'suspect') return `suspect ${failures}/${failureThreshold}${frozen}`;
  if (state === 'recovering') return `recovering ${successes}/${recoveryThreshold}${frozen}`;
  return `${state}${frozen}`;
}

function paintState(text: string, { standing }: Target, { palette }: View): string {
  if (standing.state === 'up') return palette.good(text);
  if (standing.state === 'down') return palette.bad(text);
  return standing.state === 'unknown' ? palette.dim(text) : palette.warning(text);
}

function doesOf({ autoEnable, autoDisable }: Target): string {
  if (autoEnable && autoDisable) return 'enable, disable';
  return autoEnable ? 'enable' : autoDisable ? 'disable' : 'only looks';
}
