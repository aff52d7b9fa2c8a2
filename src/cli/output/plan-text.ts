/** A plan in words, before anybody is asked: what changes, what dodges the page, what it costs. */
import type { Prepared } from '../../maintenance/types.js';
import { counted } from '../../model/counted.js';
import type { Change, DisablePlan, EnablePlan, SitePlan } from '../../model/plan.js';
import { span } from './moment.js';
import { oneLine, printableData } from './printable.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

/** Up to this many sites every route is listed; beyond, a line a site. */
const IN_FULL = 12;
/** Beyond this many lines the rest is counted, unless `--verbose`. */
const LONGEST = 40;

const DOES = { enable: 'Put the page up on', disable: 'Take the page down from' } as const;
const SIGNS = {
  'create-route': '+',
  'take-over-route': '~',
  'restore-route': '~',
  'delete-route': '-',
} as const;

/** The plan for a person; ends in a line feed. */
export function planText(prepared: Pick<Prepared, 'plan' | 'estimate'>, view: View): string {
  const { plan, estimate } = printableData({
    plan: prepared.plan as EnablePlan | DisablePlan,
    estimate: prepared.estimate,
  });
  const { palette } = view;
  const changing = plan.sites.filter((site) => site.outcome === 'planned' || site.changes.length > 0);
  const title = `${DOES[plan.kind]} ${counted(changing.length, 'site')}`;
  const event = plan.kind === 'enable' && changing.length > 0 ? palette.dim(`  event ${plan.eventId}`) : '';
  const full = plan.sites.length <= IN_FULL || view.verbosity > 0;
  const body = full ? plan.sites.map((site) => siteInFull(site, view)).join('') : siteLines(plan.sites, view);
  const warnings = plan.warnings.map((line) =>
    wrap(`${palette.warning('!')} ${oneLine(line)}`, view.width, '  '),
  );
  const cost = `About ${counted(estimate.requests, 'API call')}, ${span(Math.max(1_000, estimate.durationMs))}.`;
  const foot = [changing.length === 0 ? '' : `${totals(plan)} ${cost}`, ...warnings];
  return `${palette.strong(title)}${event}\n${body}${foot
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('')}`;
}

function siteInFull(site: SitePlan, view: View): string {
  const { palette } = view;
  const head = `  ${palette.strong(site.domain)}`;
  if (site.outcome !== 'planned' && site.outcome !== 'conflict')
    return `${head}  ${palette.dim(`${site.outcome}${because(site)}`)}\n`;
  const width = Math.max(...site.changes.map(({ pattern }) => pattern.length), 0);
  const changes = site.changes.map(
    (change) => `    ${SIGNS[change.action]} ${change.pattern.padEnd(width)}  ${palette.dim(whatOf(change))}`,
  );
  const dodged = site.dodged.map((dodge) =>
    wrap(
      `    ${palette.warning('!')} ${dodge.pattern} stays out of the page: ${dodge.reason}`,
      view.width,
      '      ',
    ),
  );
  const conflicts = site.conflicts.map(
    ({ pattern, found }) =>
      `    ${palette.bad('x')} ${pattern} was changed by somebody else: ${found?.script ?? 'no Worker'} now`,
  );
  const note = site.note === null ? [] : [wrap(`    ${site.note}`, view.width, '    ')];
  return [head, ...changes, ...dodged, ...conflicts, ...note].map((line) => `${line}\n`).join('');
}

function because(site: SitePlan): string {
  return site.note === null ? '' : `: ${oneLine(site.note)}`;
}

function whatOf({ action, before, after }: Change): string {
  switch (action) {
    case 'create-route':
      return 'new route';
    case 'delete-route':
      return 'route removed';
    case 'take-over-route':
      return before?.script == null ? 'taken over, ran no Worker' : `taken over from ${before.script}`;
    case 'restore-route':
      return after?.script == null ? 'back to no Worker' : `back to ${after.script}`;
  }
}

const LINE: readonly Column<SitePlan>[] = [
  { title: 'SITE', rank: 0, value: (site) => site.domain },
  { title: 'OUTCOME', rank: 1, value: (site) => site.outcome },
  { title: 'ROUTES', rank: 2, value: (site) => changeCounts(site.changes) },
  {
    title: 'NOTE',
    rank: 3,
    shrinksTo: 16,
    value: (site) =>
      site.dodged.length > 0
        ? `${counted(site.dodged.length, 'route dodges', 'routes dodge')} the page`
        : (site.note ?? ''),
  },
];

function siteLines(sites: readonly SitePlan[], view: View): string {
  const rest = sites.length - LONGEST;
  const shown = table(rest > 0 ? sites.slice(0, LONGEST) : sites, LINE, view);
  return rest > 0 ? `${shown}${view.palette.dim(`… and ${rest} more; --verbose shows all`)}\n` : shown;
}

const COUNTED = {
  'create-route': 'created',
  'take-over-route': 'taken over',
  'restore-route': 'restored',
  'delete-route': 'removed',
} as const;

/** `2 created, 1 taken over`. */
export function changeCounts(changes: readonly { readonly action: keyof typeof COUNTED }[]): string {
  return (Object.keys(COUNTED) as (keyof typeof COUNTED)[])
    .map((action) => [changes.filter((change) => change.action === action).length, COUNTED[action]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

function totals(plan: EnablePlan | DisablePlan): string {
  const changes = plan.sites.flatMap((site) => site.changes);
  const uploads = plan.kind === 'enable' ? plan.scripts.length : 0;
  const routes = changes.length === 0 ? 'No routes change' : `Routes: ${changeCounts(changes)}`;
  return `${routes}${uploads > 0 ? `; ${counted(uploads, 'upload')}` : ''}.`;
}
