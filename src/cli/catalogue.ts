/** Every command with its summary. Definitions are loaded when a command is used, so that starting stays quick. */
import type { CommandDefinition } from './command.js';

export interface CatalogueEntry {
  /** Words of the command, `site add`; empty for bare `maint`. */
  readonly path: string;
  readonly summary: string;
  readonly group: string;
  readonly load: () => Promise<{ readonly command: CommandDefinition }>;
}

const MAINTENANCE = 'Maintenance:';
const MONITORING = 'Monitoring:';
const CATALOGUE = 'Sites:';
const HISTORY = 'History:';
const ACCESS = 'Access:';
const OTHER = 'Other:';

/** Words that only group further words. */
export const PARENTS: Readonly<Record<string, { readonly summary: string; readonly group: string }>> = {
  site: { summary: 'add, show, edit, tag, share and remove sites', group: CATALOGUE },
  group: { summary: 'named sets of sites', group: CATALOGUE },
  event: { summary: 'past and present maintenance', group: HISTORY },
  target: { summary: 'what is checked, and what it showed', group: MONITORING },
  notify: { summary: 'telling people', group: MONITORING },
  auth: { summary: 'named API tokens, for several accounts', group: ACCESS },
  page: { summary: 'the page before it is live', group: MAINTENANCE },
  db: { summary: 'where the store is, a copy of it, its health', group: OTHER },
};

export const COMMANDS: readonly CatalogueEntry[] = [
  {
    path: '',
    summary: 'a summary of the fleet and what to do next',
    group: OTHER,
    load: () => import('./commands/summary.js'),
  },
  entry(
    MAINTENANCE,
    'status',
    'what is recorded beside what Cloudflare shows',
    () => import('./commands/status.js'),
  ),
  entry(MAINTENANCE, 'enable', 'put the maintenance page up', () => import('./commands/enable.js')),
  entry(
    MAINTENANCE,
    'disable',
    'take it down and restore every route',
    () => import('./commands/disable.js'),
  ),
  entry(
    MAINTENANCE,
    'resume',
    'finish or undo what an interrupted run left',
    () => import('./commands/resume.js'),
  ),
  entry(MAINTENANCE, 'recover', 'rebuild events from Cloudflare', () => import('./commands/recover.js')),
  entry(MAINTENANCE, 'bypass', 'the secret link past the page', () => import('./commands/bypass.js')),
  entry(
    MAINTENANCE,
    'page preview',
    'look at the page in a browser',
    () => import('./commands/page-preview.js'),
  ),
  entry(
    MONITORING,
    'monitor',
    'check the sites, put the page up and take it down',
    () => import('./commands/monitor.js'),
  ),
  entry(
    MONITORING,
    'monitor explain',
    'why the monitor acts or does not',
    () => import('./commands/monitor-explain.js'),
  ),
  entry(
    MONITORING,
    'monitor simulate',
    'stored results under other thresholds',
    () => import('./commands/monitor-simulate.js'),
  ),
  entry(MONITORING, 'target add', 'have sites checked', () => import('./commands/target-add.js')),
  entry(MONITORING, 'target edit', 'change how they are checked', () => import('./commands/target-edit.js')),
  entry(MONITORING, 'target remove', 'stop checking', () => import('./commands/target-remove.js')),
  entry(
    MONITORING,
    'target list',
    'what is checked and where it stands',
    () => import('./commands/target-list.js'),
  ),
  entry(
    MONITORING,
    'target history',
    'response times and uptime',
    () => import('./commands/target-history.js'),
  ),
  entry(
    MONITORING,
    'notify test',
    'send a test message through each channel',
    () => import('./commands/notify-test.js'),
  ),
  entry(
    CATALOGUE,
    'discover',
    'import every zone that the token sees',
    () => import('./commands/discover.js'),
  ),
  entry(
    CATALOGUE,
    'setup',
    'bring a domain under maint: zone, DNS, SSL, rehearsal, monitoring',
    () => import('./commands/setup.js'),
  ),
  entry(CATALOGUE, 'teardown', 'remove what setup made', () => import('./commands/teardown.js')),
  entry(CATALOGUE, 'list', 'the catalogue of sites', () => import('./commands/list.js')),
  entry(CATALOGUE, 'site add', 'add a domain by hand', () => import('./commands/site-add.js')),
  entry(CATALOGUE, 'site show', 'everything known of one site', () => import('./commands/site-show.js')),
  entry(CATALOGUE, 'site edit', 'change fields of sites', () => import('./commands/site-edit.js')),
  entry(CATALOGUE, 'site tag', 'add and remove tags', () => import('./commands/site-tag.js')),
  entry(CATALOGUE, 'site share', 'let other people work on sites', () => import('./commands/site-share.js')),
  entry(CATALOGUE, 'site remove', 'forget sites', () => import('./commands/site-remove.js')),
  entry(CATALOGUE, 'group create', 'make a group', () => import('./commands/group-create.js')),
  entry(CATALOGUE, 'group add', 'put sites into a group', () => import('./commands/group-add.js')),
  entry(CATALOGUE, 'group remove', 'take sites out of a group', () => import('./commands/group-remove.js')),
  entry(CATALOGUE, 'group list', 'all groups', () => import('./commands/group-list.js')),
  entry(CATALOGUE, 'group show', 'the sites of a group', () => import('./commands/group-show.js')),
  entry(
    CATALOGUE,
    'group delete',
    'delete a group, not its sites',
    () => import('./commands/group-delete.js'),
  ),
  entry(HISTORY, 'event list', 'maintenance events, newest first', () => import('./commands/event-list.js')),
  entry(
    HISTORY,
    'event show',
    'one event with its sites and changes',
    () => import('./commands/event-show.js'),
  ),
  entry(HISTORY, 'log', 'what was done, refused or failed, by whom', () => import('./commands/log.js')),
  entry(HISTORY, 'stats', 'totals by status, environment, project', () => import('./commands/stats.js')),
  entry(ACCESS, 'auth add', 'keep a token under a name', () => import('./commands/auth-add.js')),
  entry(ACCESS, 'auth list', 'the tokens, and what each serves', () => import('./commands/auth-list.js')),
  entry(
    ACCESS,
    'auth verify',
    'ask Cloudflare whether they are good',
    () => import('./commands/auth-verify.js'),
  ),
  entry(ACCESS, 'auth remove', 'forget a token', () => import('./commands/auth-remove.js')),
  entry(OTHER, 'doctor', 'what is wrong, and what to do about it', () => import('./commands/doctor.js')),
  entry(OTHER, 'sandbox', 'a small Cloudflare on this computer', () => import('./commands/sandbox.js')),
  entry(OTHER, 'db path', 'where the store is', () => import('./commands/db-path.js')),
  entry(OTHER, 'db backup', 'a verified copy of the store', () => import('./commands/db-backup.js')),
  entry(OTHER, 'db check', 'examine the store', () => import('./commands/db-check.js')),
  entry(OTHER, 'db prune', 'drop old results of checks', () => import('./commands/db-prune.js')),
  entry(OTHER, 'completion', 'completion for bash, zsh or fish', () => import('./commands/completion.js')),
];

function entry(group: string, path: string, summary: string, load: CatalogueEntry['load']): CatalogueEntry {
  return { group, path, summary, load };
}
