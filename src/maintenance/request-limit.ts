/** What becomes of the page once a Workers Free account has used up the requests of its day: pure. */
import { counted } from '../model/counted.js';
import type { SitePlan } from '../model/plan.js';
import { failsOpen } from '../model/route.js';
import type { Site } from '../model/site.js';
import type { OnLimit } from '../model/vocabulary.js';

/**
 * Whether an account may be on Workers Free, as far as its zones tell. The plan of a zone and that of Workers are
 * bought apart, and no permission that `maint` asks for shows the latter: a free or unknown zone leaves it open.
 */
export function mayBeWorkersFree({ plan }: Pick<Site, 'plan'>): boolean {
  return plan === null || plan === 'free';
}

/**
 * Says what happens past the limit, and what a choice does not reach. Workers Free: 100,000 requests a day, all
 * Workers of the account together, until 00:00 UTC; beyond it a route that fails open runs no Worker, any other
 * answers error 1027 (Cloudflare docs, Workers → Platform → Limits, "Daily request").
 */
export function limitWarnings(
  sites: readonly Site[],
  plans: readonly SitePlan[],
  chosen: OnLimit | null,
): string[] {
  const mayBeFree = new Set(sites.filter(mayBeWorkersFree).map((site) => site.domain));
  const changing = plans.filter((plan) => plan.changes.length > 0);
  const concerned = changing.filter((plan) => mayBeFree.has(plan.domain));
  const routes = concerned.flatMap((plan) => plan.changes.map((change) => change.after));
  const open = routes.filter(failsOpen).length;
  const closed = routes.length - open;
  const unset = plans.filter(({ outcome }) => outcome === 'unchanged').length;
  return [
    ...(routes.length > 0 && (chosen === null || open > 0)
      ? [limitText(new Set(concerned.map((plan) => plan.accountId)), open, closed)]
      : []),
    ...(chosen !== null && unset > 0 ? [unsetText(chosen, unset)] : []),
  ];
}

function limitText(accounts: ReadonlySet<string>, open: number, closed: number): string {
  const [only] = accounts;
  const who = accounts.size === 1 ? `account ${only} is` : `one of these ${accounts.size} accounts is`;
  const then =
    closed === 0
      ? 'visitors reach the origin without the page'
      : open === 0
        ? 'visitors see error 1027 of Cloudflare instead of the page'
        : `visitors see error 1027 of Cloudflare instead of the page, and on ${counted(open, 'taken-over route')} the origin`;
  const other =
    closed > 0 ? '--on-limit fail-open shows them the origin instead' : '--on-limit fail-closed an error';
  return (
    `If ${who} on Workers Free: past 100,000 requests a day, all Workers of the account together, ${then} ` +
    `until 00:00 UTC (${other}).`
  );
}

function unsetText(chosen: OnLimit, sites: number): string {
  return `--on-limit ${chosen} is for routes that this run sets: ${counted(sites, 'site keeps its routes', 'sites keep their routes')}.`;
}
