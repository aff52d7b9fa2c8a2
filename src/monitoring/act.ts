/** Carries wishes out and tells what became of them. Deciding is over; nothing here asks whether. */

import type { RunReport, SiteReport } from '../maintenance/types.js';
import { reportOf } from '../model/errors.js';
import type { Site } from '../model/site.js';
import type { SiteWish } from './site-wishes.js';
import type { MonitorParts, PassAction } from './types.js';

/** Sites that turn down together share one event: one run to enable, one to disable. */
export async function carryOut(parts: MonitorParts, wishes: readonly SiteWish[]): Promise<PassAction[]> {
  const sites = sitesOf(parts, wishes);
  const actions: PassAction[] = [];
  for (const action of ['enable', 'disable'] as const) {
    const wished = wishes.filter((wish) => wish.action === action);
    const refused = wished.flatMap((wish) => {
      const why = refusalOf(parts, action, sites.get(wish.domain));
      return why === null ? [] : [failed(wish, why)];
    });
    const doable = wished.filter((wish) => !refused.some(({ domain }) => domain === wish.domain));
    actions.push(...refused);
    if (doable.length > 0 && !parts.stop?.aborted) actions.push(...(await run(parts, action, doable, sites)));
  }
  return actions;
}

function refusalOf({ act }: MonitorParts, action: SiteWish['action'], site?: Site): string | null {
  if (site === undefined) return 'The site is no longer in the catalogue.';
  if (action === 'enable' && !site.active) return site.inactiveReason ?? 'Its zone is not active.';
  return act.refusal?.(site) ?? null;
}

function sitesOf({ store }: MonitorParts, wishes: readonly SiteWish[]): ReadonlyMap<string, Site> {
  const found = wishes.flatMap((wish) => store.sites.byDomain(wish.domain) ?? []);
  return new Map(found.map((site) => [site.domain, site]));
}

async function run(
  parts: MonitorParts,
  action: SiteWish['action'],
  wishes: readonly SiteWish[],
  sites: ReadonlyMap<string, Site>,
): Promise<PassAction[]> {
  const chosen = wishes.flatMap((wish) => sites.get(wish.domain) ?? []);
  let report: RunReport;
  try {
    report = await (action === 'enable'
      ? parts.act.enable(chosen, reasonOf(wishes))
      : parts.act.disable(chosen));
  } catch (error) {
    const { message } = reportOf(error);
    return wishes.map((wish) => failed(wish, message));
  }
  const bySite = new Map(report.sites.map((site) => [site.domain, site]));
  const actions = wishes.map((wish) => outcomeOf(wish, bySite.get(wish.domain) ?? null));
  const covered = wishes.filter((_, at) => actions[at]?.outcome === 'enabled');
  parts.store.targets.cover(covered.flatMap((wish) => wish.targetIds));
  return actions;
}

/** What the event is recorded with. */
function reasonOf(wishes: readonly SiteWish[]): string {
  const [first] = wishes;
  if (first !== undefined && wishes.length === 1) return first.reason;
  return `${wishes.length} sites failed their health checks.`;
}

/** A site that is so already, for example through another machine, is as it should be. */
function outcomeOf(wish: SiteWish, site: SiteReport | null): PassAction {
  if (site === null) return failed(wish, 'the run does not tell what became of it');
  const isDone = ['enabled', 'disabled', 'unchanged'].includes(site.outcome);
  const why = site.error?.message ?? site.note ?? `it ended as ${site.outcome}`;
  if (!isDone) return { ...failed(wish, why), eventId: site.eventId };
  const { domain, action, reason } = wish;
  return { domain, action, outcome: `${action}d`, eventId: site.eventId, reason };
}

function failed({ domain, action, reason }: SiteWish, why: string): PassAction {
  return { domain, action, outcome: 'failed', eventId: null, reason: `${reason} It was not done: ${why}` };
}
