/** What a run did, in words. */
import type { RunReport, SiteReport } from '../../maintenance/types.js';
import { counted, nameSome } from '../../model/counted.js';
import { span } from './moment.js';
import { changeCounts } from './plan-text.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

const DONE: readonly string[] = ['enabled', 'disabled', 'planned'];
const WRONG: readonly string[] = ['failed', 'unknown', 'conflict', 'skipped'];
/** Up to this many sites each gets a line even where all went well. */
const EACH = 12;

/** For a person: headline, what went wrong, totals. For a pipe: one line a site. */
export function runText(report: RunReport, view: View): string {
  if (!view.person) return table(report.sites, PIPED, view);
  const wrong = report.sites.filter((site) => WRONG.includes(site.outcome));
  const shown = report.sites.length <= EACH || view.verbosity > 0 ? report.sites : wrong;
  const conflicts = report.sites.flatMap((site) => conflictLines(site, view));
  const warnings = report.warnings.map((line) =>
    wrap(`${view.palette.warning('!')} ${line}`, view.width, '  '),
  );
  const lines = [
    ...causes(report.sites, view),
    ...conflicts,
    ...warnings,
    ...headline(report, view),
    footline(report, view),
  ];
  return table(shown, COLUMNS, view) + lines.map((line) => `${line}\n`).join('');
}

const COLUMNS: readonly Column<SiteReport>[] = [
  { title: 'SITE', rank: 0, value: (site) => site.domain },
  {
    title: 'OUTCOME',
    rank: 1,
    value: (site) => site.outcome,
    paint: (text, site, view) => paint(site)(text, view),
  },
  { title: 'ROUTES', rank: 3, value: (site) => changeCounts(site.changes) },
  { title: 'SEEN', rank: 2, value: (site) => (site.verified === null ? '' : site.verified ? 'yes' : 'NO') },
  { title: 'NOTE', rank: 4, shrinksTo: 16, value: (site) => site.note ?? dodgeNote(site) },
];

const PIPED: readonly Column<SiteReport>[] = [
  { title: 'SITE', rank: 0, value: (site) => site.domain },
  { title: 'OUTCOME', rank: 0, value: (site) => site.outcome },
  { title: 'VERIFIED', rank: 0, value: (site) => (site.verified === null ? '' : String(site.verified)) },
  { title: 'EVENT', rank: 0, value: (site) => site.eventId ?? '' },
  { title: 'ROUTES', rank: 0, value: (site) => changeCounts(site.changes) },
  { title: 'NOTE', rank: 0, value: (site) => site.error?.message ?? site.note ?? dodgeNote(site) },
];

function paint(site: SiteReport): (text: string, view: View) => string {
  return (text, { palette }) => {
    if (DONE.includes(site.outcome)) return palette.good(text);
    return WRONG.includes(site.outcome) ? palette.bad(text) : palette.dim(text);
  };
}

function dodgeNote(site: SiteReport): string {
  return site.dodged.length === 0
    ? ''
    : `${counted(site.dodged.length, 'route dodges', 'routes dodge')} the page`;
}

/** Each cause once, with the sites that it struck. */
function causes(sites: readonly SiteReport[], view: View): string[] {
  const byCause = new Map<string, SiteReport[]>();
  for (const site of sites) {
    if (site.error === null) continue;
    const cause = `${site.outcome}\n${site.error.message}`;
    byCause.set(cause, [...(byCause.get(cause) ?? []), site]);
  }
  return [...byCause.values()].flatMap((struck) => {
    const [{ outcome, error } = { outcome: 'failed', error: null }] = struck;
    const named = nameSome(struck.map(({ domain }) => domain));
    const head = `${view.palette.bad(outcome)} ${named}: ${error?.message ?? ''}`;
    const more = [error?.hint, error?.ray == null ? null : `ray ${error.ray}`].filter((line) => line != null);
    return [
      wrap(head, view.width, '  '),
      ...more.map((line) => view.palette.dim(wrap(`  ${line}`, view.width, '  '))),
    ];
  });
}

function conflictLines(site: SiteReport, view: View): string[] {
  return site.conflicts.map(({ pattern, wanted, found }) => {
    const should = wanted === null ? 'no route' : (wanted.script ?? 'no Worker');
    const is = found === null ? 'no route' : (found.script ?? 'no Worker');
    return `${view.palette.bad('conflict')} ${pattern}: was to become ${should}, somebody set it to ${is}`;
  });
}

function headline({ summary, sites, eventId, dryRun }: RunReport, view: View): string[] {
  const { palette } = view;
  if (dryRun || summary.changed === 0) {
    return summary.failed + summary.unknown + summary.conflicts === 0 && !dryRun
      ? [palette.good('Nothing to do: already so.')]
      : [];
  }
  const enabled = sites.filter((site) => site.outcome === 'enabled').length;
  const disabled = sites.filter((site) => site.outcome === 'disabled').length;
  const lines: string[] = [];
  if (enabled > 0)
    lines.push(`${palette.good('Up:')} ${counted(enabled, 'site')} in maintenance${tag(eventId)}.`);
  if (disabled > 0) lines.push(`${palette.good('Down:')} ${counted(disabled, 'site')} as before.`);
  if (enabled > 0) lines.push(palette.dim(`To undo: ${undo(sites)}`));
  return lines;
}

function tag(eventId: string | null): string {
  return eventId === null ? '' : `, event ${eventId}`;
}

function undo(sites: readonly SiteReport[]): string {
  const domains = sites.filter((site) => site.outcome === 'enabled').map((site) => site.domain);
  return domains.length <= 3 ? `maint disable ${domains.join(' ')}` : 'maint disable with the same selection';
}

function footline({ summary, requests, durationMs }: RunReport, { palette }: View): string {
  const parts = [
    summary.unchanged > 0 ? `${summary.unchanged} unchanged` : '',
    summary.failed > 0 ? `${summary.failed} failed` : '',
    summary.unknown > 0 ? `${summary.unknown} unknown` : '',
    summary.conflicts > 0 ? counted(summary.conflicts, 'conflict') : '',
    counted(requests, 'API call'),
    durationMs < 10_000 ? `${(durationMs / 1_000).toFixed(1)}s` : span(durationMs),
  ];
  return palette.dim(parts.filter((part) => part !== '').join(' · '));
}
