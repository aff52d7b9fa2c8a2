/** What is recorded beside what Cloudflare shows: the answer people stare at. */
import type { SiteStatus, StatusReport } from '../../maintenance/types.js';
import { counted } from '../../model/counted.js';
import { moment } from './moment.js';
import { oneLine } from './printable.js';
import { stateColour } from './state-colour.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

/** For a person: a table, then a line for everything that is not as it should be, then totals. */
export function statusText(report: StatusReport, view: View): string {
  if (!view.person) return table(report.sites, PIPED, view);
  const remarks = report.sites.flatMap((site) => remarksOf(site, view));
  const warnings = report.warnings.map((line) => `${view.palette.warning('!')} ${oneLine(line)}`);
  const lines = [...remarks, ...warnings].map((line) => wrap(line, view.width, '    '));
  const blocks = [
    table(report.sites, COLUMNS, view),
    lines.map((line) => `${line}\n`).join(''),
    totals(report, view),
  ];
  return blocks.filter((block) => block !== '').join('\n');
}

const COLUMNS: readonly Column<SiteStatus>[] = [
  { title: 'SITE', rank: 0, value: (site) => site.domain },
  {
    title: 'RECORDED',
    rank: 2,
    value: (site) => site.recorded,
    paint: (text, site, view) => stateColour(site.recorded, text, view),
  },
  {
    title: 'CLOUDFLARE',
    rank: 1,
    value: (site) => (site.drift ? `${site.observed} !` : site.observed),
    paint: (text, site, view) =>
      site.drift ? view.palette.bad(text) : stateColour(site.observed, text, view),
  },
  { title: 'SEEN', rank: 3, value: (site) => (site.verified === null ? '' : site.verified ? 'yes' : 'NO') },
  { title: 'SINCE', rank: 4, value: (site, view) => moment(site.since, view) },
  { title: 'UNTIL', rank: 4, value: (site, view) => overdue(site, view) ?? moment(site.until, view) },
  { title: 'REASON', rank: 5, shrinksTo: 12, value: (site) => site.reason ?? '' },
  { title: 'ENVIRONMENT', rank: 7, value: (site) => site.environment },
  { title: 'PROJECT', rank: 6, value: (site) => site.project ?? '' },
];

const PIPED: readonly Column<SiteStatus>[] = [
  { title: 'SITE', rank: 0, value: (site) => site.domain },
  { title: 'RECORDED', rank: 0, value: (site) => site.recorded },
  { title: 'CLOUDFLARE', rank: 0, value: (site) => site.observed },
  { title: 'DRIFT', rank: 0, value: (site) => String(site.drift) },
  { title: 'VERIFIED', rank: 0, value: (site) => (site.verified === null ? '' : String(site.verified)) },
  { title: 'ENVIRONMENT', rank: 0, value: (site) => site.environment },
  { title: 'PROJECT', rank: 0, value: (site) => site.project ?? '' },
  { title: 'EVENT', rank: 0, value: (site) => site.eventId ?? '' },
  { title: 'SINCE', rank: 0, value: (site, view) => moment(site.since, view) },
  { title: 'UNTIL', rank: 0, value: (site, view) => moment(site.until, view) },
  { title: 'REASON', rank: 0, value: (site) => site.reason ?? '' },
  { title: 'NOTE', rank: 0, value: (site) => [...site.notes, site.error?.message ?? ''].join(' ') },
];

/** `12m over` once the expected end has passed and the page is still up. */
function overdue(site: SiteStatus, view: View): string | null {
  if (site.until === null || site.recorded !== 'maintenance') return null;
  const over = view.now.getTime() - Date.parse(site.until);
  return over > 0 ? moment(site.until, view).replace(' ago', ' over') : null;
}

function remarksOf(site: SiteStatus, view: View): string[] {
  const { palette } = view;
  const mark = (sign: string, text: string) => `${sign} ${palette.strong(site.domain)}: ${oneLine(text)}`;
  const remarks: string[] = [];
  if (site.error !== null) remarks.push(mark(palette.bad('x'), site.error.message));
  if (site.drift) remarks.push(mark(palette.bad('x'), driftSentence(site)));
  if (site.observed === 'partial') {
    const open = site.hostnames.filter((host) => host.coverage === 'open').map((host) => host.hostname);
    if (open.length > 0)
      remarks.push(mark(palette.warning('!'), `open without the page: ${open.join(', ')}`));
  }
  for (const dodge of site.dodged) {
    remarks.push(mark(palette.warning('!'), `${dodge.pattern} gets round the page: ${dodge.reason}`));
  }
  if (site.verified === false) remarks.push(mark(palette.warning('!'), 'the site itself does not show it.'));
  for (const note of site.notes) remarks.push(mark(palette.warning('!'), note));
  return remarks;
}

function driftSentence({ recorded, observed }: SiteStatus): string {
  return `recorded as ${recorded}, but Cloudflare shows ${observed}.`;
}

function totals({ summary, sites }: StatusReport, { palette, width }: View): string {
  if (summary.total === 0) return '';
  const drifted = sites.filter((site) => site.drift).length;
  const parts = [listed(summary.byStatus), listed(summary.byEnvironment), listed(summary.byProject)];
  const drift = drifted > 0 ? palette.bad(` · drift on ${drifted}`) : '';
  const text = parts.filter((part) => part !== '').join(' · ');
  return `${palette.dim(wrap(`${counted(summary.total, 'site')}: ${text}`, width, '  '))}${drift}\n`;
}

/** At most this many names of a kind, so that totals stay one line. */
const NAMES = 4;

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const shown = entries.slice(0, NAMES).map(([name, count]) => `${count} ${name}`);
  return entries.length > NAMES ? `${shown.join(', ')}, …` : shown.join(', ');
}
