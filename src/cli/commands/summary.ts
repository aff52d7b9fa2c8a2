import { existsSync } from 'node:fs';
import { openTokenFolder } from '../../credentials/token-folder.js';
import { counted } from '../../model/counted.js';
import type { Site, SiteMaintenance } from '../../model/site.js';
import type { Store } from '../../store/store.js';
import { type CommandDefinition, reply } from '../command.js';
import { span } from '../output/moment.js';
import { siteTotals } from '../output/site-table.js';
import { table } from '../output/table.js';
import type { View } from '../output/view.js';

interface Summary {
  readonly total: number;
  readonly tokenFrom: string | null;
  readonly byStatus: string;
  readonly maintenance: readonly { readonly domain: string; readonly of: SiteMaintenance }[];
  readonly overdue: number;
  readonly unfinished: number;
  readonly next: string;
}

/** Bare `maint`: where things stand, from the store alone, and the next sensible command. */
export const command: CommandDefinition = {
  arguments: [],
  examples: [['maint', 'where things stand']],
  run: async (_input, context) => {
    const { dbPath, tokenSource, tokenFolder } = context.config();
    const store = existsSync(dbPath) ? (await context.maint({ readonly: true })).store : null;
    const tokenFrom = tokenSource ?? namedTokens(tokenFolder);
    const summary = summarise(store, tokenFrom, context.terminal.now());
    return reply(summary, summaryText);
  },
};

function namedTokens(folder: string): string | null {
  const { length } = openTokenFolder(folder).names();
  return length === 0 ? null : counted(length, 'named token');
}

function summarise(store: Store | null, tokenFrom: string | null, now: Date): Summary {
  const sites = store?.sites.select() ?? [];
  const maintenance = sites.flatMap(({ domain, maintenance: of }) => (of === null ? [] : [{ domain, of }]));
  const overdue = maintenance.filter(
    ({ of }) => !of.autoEnd && of.until !== null && Date.parse(of.until) < now.getTime(),
  ).length;
  const halfway = store?.events.openSites().filter(({ state }) => state !== 'up') ?? [];
  // A run that is at work now is not one that was interrupted.
  const working = (store?.locks.holders(now.getTime()).length ?? 0) > 0;
  const unfinished = working ? 0 : Math.max(store?.operations.unsettled().length ?? 0, halfway.length);
  const facts = { sites, tokenFrom, overdue, unfinished, maintenance: maintenance.length };
  return {
    total: sites.length,
    tokenFrom,
    byStatus: siteTotals(sites),
    maintenance: maintenance.sort((a, b) => (a.of.since < b.of.since ? -1 : 1)),
    overdue,
    unfinished,
    next: nextStep(facts),
  };
}

interface Facts {
  readonly sites: readonly Site[];
  readonly tokenFrom: string | null;
  readonly overdue: number;
  readonly unfinished: number;
  readonly maintenance: number;
}

/** The most urgent thing that is left to do. */
function nextStep({ sites, tokenFrom, overdue, unfinished, maintenance }: Facts): string {
  if (unfinished > 0) return "'maint resume' finishes what was interrupted.";
  if (sites.length === 0 && tokenFrom === null) {
    return "set CLOUDFLARE_API_TOKEN and run 'maint discover', or try 'maint sandbox' without an account.";
  }
  if (sites.length === 0) return "'maint discover' imports your zones.";
  if (overdue > 0)
    return "'maint status --state maintenance' shows what is past its end; 'maint disable' lifts it.";
  if (maintenance > 0) return "'maint status --state maintenance --verify' looks at what visitors get.";
  return "'maint enable <domain> --dry-run' shows what maintenance would change.";
}

/** So many sites are named; the rest is counted. */
const NAMED = 10;

function summaryText(summary: Summary, view: View): string {
  const { palette } = view;
  if (summary.total === 0) {
    const head = 'maint puts a maintenance page in front of Cloudflare sites, and takes it away again.';
    return `${view.person ? `${head}\n\n` : ''}No sites yet. Next: ${summary.next}\n`;
  }
  const named = summary.maintenance.slice(0, NAMED);
  const rest = summary.maintenance.length - named.length;
  const up = table(
    named,
    [
      { title: 'IN MAINTENANCE', rank: 0, value: ({ domain }) => domain },
      { title: 'FOR', rank: 0, value: ({ of }) => span(view.now.getTime() - Date.parse(of.since)) },
      { title: 'END', rank: 1, value: ({ of }) => endOf(of, view.now) },
      { title: 'BY', rank: 3, value: ({ of }) => of.actor },
      { title: 'REASON', rank: 2, shrinksTo: 12, value: ({ of }) => of.reason ?? '' },
    ],
    view,
  );
  const lines = [
    palette.strong(summary.byStatus),
    ...(summary.overdue > 0
      ? [palette.bad(`${counted(summary.overdue, 'site')} past the expected end`)]
      : []),
    ...(summary.unfinished > 0
      ? [palette.bad(`${counted(summary.unfinished, 'change')} left unfinished`)]
      : []),
  ];
  const more = rest > 0 ? palette.dim(`… and ${rest} more\n`) : '';
  const block = up === '' ? '' : `\n${up}${more}`;
  return `${lines.map((line) => `${line}\n`).join('')}${block}\n${palette.dim('Next:')} ${summary.next}\n`;
}

function endOf({ until, autoEnd }: SiteMaintenance, now: Date): string {
  if (until === null) return '';
  const left = Date.parse(until) - now.getTime();
  if (left < 0 && autoEnd) return 'ended by itself';
  return left < 0 ? `${span(-left)} over` : `in ${span(left)}`;
}
