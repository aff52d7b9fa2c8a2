/** What of a pass people are told: at most one message of a kind, with every site that it is about. Pure. */

import type { NoticeType } from '../model/notice.js';
import type { Checked } from './check-all.js';
import { turnedDown, turnedUp } from './decide.js';
import { isFrozen } from './flapping.js';
import type { Decided } from './site-wishes.js';
import type { MonitorEvent, PassAction } from './types.js';

export interface DecidedCheck extends Checked, Decided {}

/** Changes of state, in the order: down, recovered, frozen, held. */
export function stateEvents(
  decided: readonly DecidedCheck[],
  held: { readonly reason: string; readonly domains: readonly string[] } | null,
  now: string,
): MonitorEvent[] {
  const of = (type: NoticeType, which: (one: DecidedCheck) => boolean) =>
    event(type, now, decided.filter(which).map(told));
  const states = ({ target, decision }: DecidedCheck) =>
    [target.standing.state, decision.standing.state] as const;
  return [
    ...of('down', (one) => turnedDown(...states(one))),
    ...of('recovered', (one) => turnedUp(...states(one))),
    ...of(
      'frozen',
      ({ target, decision }) => !isFrozen(target.standing, now) && isFrozen(decision.standing, now),
    ),
    ...event(
      'held',
      now,
      (held?.domains ?? []).map((domain) => ({ domain, reason: held?.reason ?? '' })),
    ),
  ];
}

/** What was done: enabled, disabled, failed. */
export function actionEvents(actions: readonly PassAction[], now: string): MonitorEvent[] {
  return (['enabled', 'disabled', 'failed'] as const).flatMap((type) => {
    const of = actions.filter((action) => action.outcome === type);
    const ids = new Set(of.map((action) => action.eventId));
    const eventId = ids.size === 1 ? ([...ids][0] ?? null) : null;
    return event(
      type,
      now,
      of.map(({ domain, reason }) => ({ domain, reason })),
      eventId,
    );
  });
}

function told({ target, result, decision }: DecidedCheck): MonitorEvent['sites'][number] {
  const what = result.detail ?? (result.statusCode === null ? 'well' : `HTTP ${result.statusCode}`);
  return { domain: target.domain, reason: [`${target.url}: ${what}.`, ...decision.reasons].join(' ') };
}

function event(
  type: NoticeType,
  at: string,
  sites: MonitorEvent['sites'],
  eventId: string | null = null,
): MonitorEvent[] {
  return sites.length === 0 ? [] : [{ type, at, sites, eventId }];
}
