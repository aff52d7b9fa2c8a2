/** What a pass of the monitor saw and did, in words. */

import { counted } from '../../model/counted.js';
import type { MonitorPass, PassAction, PassCheck } from '../../monitoring/types.js';
import { oneLine } from './printable.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

/** Up to this many checks each gets a line even where all is well. */
const EACH = 12;

/** For a person: checks that are not well (or all, where they are few), what was done, a total. For a pipe: a line a check. */
export function passText(pass: MonitorPass, view: View): string {
  if (!view.person) return table(pass.checks, PIPED, view);
  const all = pass.checks.length <= EACH || view.verbosity > 0;
  const shown = all ? pass.checks : pass.checks.filter(isNoteworthy);
  return table(shown, COLUMNS, view) + lines([...remarks(pass, view), total(pass, view)]);
}

/** For the loop on a terminal: only what a person should see, and nothing where all is well. */
export function loopText(pass: MonitorPass, view: View): string {
  if (!view.person) return table(pass.checks, PIPED, view);
  const shown = view.verbosity > 0 ? pass.checks : pass.checks.filter(isNoteworthy);
  const checks = shown.map((check) => {
    const answer = view.palette.dim(`${answerOf(check)}, ${check.responseTimeMs}ms`);
    return `${paintState(stateOf(check), check, view)} ${view.palette.strong(check.domain)} ${answer}`;
  });
  const time = view.palette.dim(pass.at.slice(11, 19));
  return lines([...checks, ...remarks(pass, view)].map((line) => `${time} ${line}`));
}

const COLUMNS: readonly Column<PassCheck>[] = [
  { title: 'SITE', rank: 0, value: ({ domain }) => domain },
  { title: 'STATE', rank: 1, value: stateOf, paint: paintState },
  { title: 'ANSWER', rank: 1, shrinksTo: 12, value: answerOf },
  { title: 'TIME', rank: 2, value: ({ responseTimeMs }) => `${responseTimeMs}ms`, align: 'right' },
  { title: 'URL', rank: 3, shrinksTo: 16, value: ({ url }) => url },
];

const PIPED: readonly Column<PassCheck>[] = [
  { title: 'SITE', rank: 0, value: ({ domain }) => domain },
  { title: 'STATE', rank: 0, value: ({ state }) => state },
  { title: 'VERDICT', rank: 0, value: ({ verdict }) => verdict },
  { title: 'STATUS', rank: 0, value: ({ statusCode }) => (statusCode === null ? '' : String(statusCode)) },
  { title: 'MS', rank: 0, value: ({ responseTimeMs }) => String(responseTimeMs) },
  { title: 'ERROR', rank: 0, value: ({ error }) => error ?? '' },
  { title: 'URL', rank: 0, value: ({ url }) => url },
];

function isNoteworthy({ verdict, state }: PassCheck): boolean {
  return verdict !== 'success' || state !== 'up';
}

function stateOf({ state, failures, successes }: PassCheck): string {
  if (state === 'suspect') return `suspect ${failures}`;
  return state === 'recovering' ? `recovering ${successes}` : state;
}

function paintState(text: string, { state, verdict }: PassCheck, { palette }: View): string {
  if (state === 'down') return palette.bad(text);
  if (state === 'up' && verdict === 'success') return palette.good(text);
  return state === 'unknown' ? palette.dim(text) : palette.warning(text);
}

function answerOf({ statusCode, verdict, error, detail }: PassCheck): string {
  const status = statusCode === null ? '' : String(statusCode);
  if (verdict === 'success') return status;
  const why = detail ?? error ?? '';
  const counts = verdict === 'excused' ? ' (does not count)' : '';
  return oneLine(`${status} ${why}${counts}`);
}

const SIGNS = { enabled: 'up', disabled: 'down', planned: 'would', failed: 'failed', held: 'held' } as const;

function remarks({ network, held, actions }: MonitorPass, view: View): string[] {
  const { palette } = view;
  const texts = [
    ...(network === false
      ? [
          `${palette.warning('!')} No witness answered: this machine's network is at fault, so failures do not count.`,
        ]
      : []),
    ...(held === null ? [] : [`${palette.bad('held')} ${oneLine(held)}`]),
    ...actions.map((action) => actionText(action, view)),
  ];
  return texts.map((text) => wrap(text, view.width, '  '));
}

function actionText({ domain, action, outcome, eventId, reason }: PassAction, { palette }: View): string {
  const paint = outcome === 'failed' || outcome === 'held' ? palette.bad : palette.accent;
  const sign = outcome === 'planned' ? `${SIGNS.planned} ${action}` : SIGNS[outcome];
  const event = eventId === null ? '' : palette.dim(` event ${eventId}`);
  return `${paint(sign)} ${palette.strong(domain)}: ${oneLine(reason)}${event}`;
}

function total({ checked, checks }: MonitorPass, { palette }: View): string {
  const failed = checks.filter(({ verdict }) => verdict === 'failure').length;
  const excused = checks.filter(({ verdict }) => verdict === 'excused').length;
  const parts = [
    counted(checked, 'check'),
    failed > 0 ? `${failed} failed` : '',
    excused > 0 ? `${excused} do not count` : '',
  ];
  return palette.dim(parts.filter((part) => part !== '').join(' · '));
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
