/** What the doctor found, for people: a line a check, and under it what to do. */

import { counted } from '../../model/counted.js';
import type { Examination } from '../../setup/prerequisites/examine.js';
import type { CheckedPrerequisite, FindingStatus } from '../../setup/prerequisites/prerequisite.js';
import { oneLine } from './printable.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

const SIGNS: Readonly<Record<FindingStatus, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '-' };

/** Of sites only the trouble, and that there is none, is worth a line unless `--verbose`. */
export function examinationText({ checks, summary }: Examination, view: View): string {
  if (!view.person) return checks.map(pipedLine).join('');
  const shown = checks.filter(
    ({ area, status }) =>
      view.verbosity > 0 || area !== 'sites' || status === 'warning' || status === 'failed',
  );
  const total = (['failed', 'warning', 'skipped', 'ok'] as const)
    .filter((status) => summary[status] > 0)
    .map((status) =>
      status === 'warning' ? counted(summary[status], status) : `${summary[status]} ${status}`,
    )
    .join(', ');
  const lines = shown.flatMap((check, index) => [
    ...(check.subject === shown[index - 1]?.subject || check.subject === null
      ? []
      : [view.palette.strong(headOf(check))]),
    ...linesOf(check, view),
  ]);
  const clean = view.verbosity > 0 ? [] : cleanSites(checks, view);
  return [...lines, ...clean, `${counted(checks.length, 'check')}: ${total}.`]
    .map((line) => `${line}\n`)
    .join('');
}

/** Up to this many sites without trouble are named. */
const EACH = 12;

/** A line for each site that nothing is wrong with; of very many one for all. */
function cleanSites(checks: readonly CheckedPrerequisite[], view: View): string[] {
  const statuses = new Map<string, FindingStatus[]>();
  for (const { area, subject, status } of checks) {
    if (area === 'sites' && subject !== null)
      statuses.set(subject, [...(statuses.get(subject) ?? []), status]);
  }
  const all = [...statuses].filter(([, found]) => found.every((one) => one === 'ok' || one === 'skipped'));
  const seen = all.filter(([, found]) => !found.includes('skipped')).map(([site]) => site);
  const unsure = all.filter(([, found]) => found.includes('skipped')).map(([site]) => site);
  const lines = (sites: readonly string[], sign: FindingStatus, text: string) =>
    (sites.length > EACH ? [counted(sites.length, 'site')] : sites).map(
      (site) => `${signOf(sign, view)} ${indented(`${site}: ${text}`, 2, view)}`,
    );
  return [
    ...lines(seen, 'ok', 'visitors would see a page.'),
    ...lines(unsure, 'skipped', 'nothing wrong was found; --verbose shows what was not looked at.'),
  ];
}

function headOf({ area, subject }: CheckedPrerequisite): string {
  return area === 'sites' ? (subject ?? '') : `Token: ${subject}`;
}

function linesOf({ status, title, message, nextStep }: CheckedPrerequisite, view: View): string[] {
  const line = `${signOf(status, view)} ${indented(`${title}: ${oneLine(message)}`, 2, view)}`;
  return nextStep === null
    ? [line]
    : [line, `  ${view.palette.dim(indented(`→ ${oneLine(nextStep)}`, 4, view))}`];
}

/** Wrapped to what is left beside `by` columns, later lines set in by as many. */
function indented(text: string, by: number, view: View): string {
  return wrap(text, view.width - by).replaceAll('\n', `\n${' '.repeat(by)}`);
}

function signOf(status: FindingStatus, { palette }: View): string {
  const paint = { ok: palette.good, warning: palette.warning, failed: palette.bad, skipped: palette.dim }[
    status
  ];
  return paint(SIGNS[status]);
}

function pipedLine({ status, subject, title, message, nextStep }: CheckedPrerequisite): string {
  return `${[status, subject ?? '', title, message, nextStep ?? ''].map(oneLine).join('\t')}\n`;
}
