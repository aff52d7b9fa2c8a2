import { counted } from '../../model/counted.js';
import { MaintError } from '../../model/errors.js';
import type { DiscoverReport } from '../../setup/discover-types.js';
import { type CommandDefinition, reply } from '../command.js';
import { type Column, table } from '../output/table.js';
import type { View } from '../output/view.js';
import { NEW_SITE_FLAGS, newSiteFields } from '../site-fields.js';

type Found = DiscoverReport['sites'][number];

export const command: CommandDefinition = {
  arguments: [],
  flags: [
    { flags: '--account <id>', help: 'zones of this account only', group: 'Selection' },
    ...NEW_SITE_FLAGS,
    { flags: '-n, --dry-run', help: 'show what would be imported; write nothing', group: 'Safety' },
  ],
  description:
    'Imports every zone that the tokens in use see, and binds each to the named token that sees it. The fields\n' +
    'given apply to sites that are new; what a person has set is never overwritten. Zones that are gone from\n' +
    'Cloudflare are reported and marked inactive.',
  examples: [
    ['maint discover', 'import every zone'],
    [
      'maint discover --account 023e105f4ecef8ad9ca31a8372d0c353 --environment staging',
      'one account, as staging',
    ],
  ],
  run: async ({ flags }, context) => {
    const dryRun = flags.on('dryRun');
    const fields = newSiteFields(flags);
    const config = context.config();
    const accountId = flags.text('account') ?? config.accountId ?? undefined;
    const maint = await context.maint({ readonly: dryRun });
    const report = await maint.discover({
      ...fields,
      ...(accountId === undefined ? {} : { accountId }),
      dryRun,
      actor: config.actor,
    });
    return reply(report, discoverText, { error: tokenError(report) });
  },
};

/** Zones of a token that could not be asked are neither imported nor missing. */
function tokenError({ tokens }: DiscoverReport): MaintError | null {
  const failed = tokens.flatMap(({ name, error }) => (error === null ? [] : [{ name, error }]));
  const [first] = failed;
  if (first === undefined) return null;
  return new MaintError('partly-done', `${failed.length} of ${tokens.length} tokens could not be asked.`, {
    problems: failed.map(({ name, error }) => `${name}: ${error.message}`),
    hint: first.error.hint ?? undefined,
  });
}

/** With one token there is nothing to tell apart. */
function accountLines({ tokens }: DiscoverReport): string[] {
  if (tokens.length < 2) return [];
  return tokens.flatMap(({ name, accounts }) =>
    accounts.map((account) => `${name}: ${counted(account.zones, 'zone')} of ${account.name || account.id}.`),
  );
}

const COLUMNS: readonly Column<Found>[] = [
  { title: 'SITE', rank: 0, value: (site) => site.domain },
  { title: 'ACTION', rank: 0, value: (site) => site.action },
  { title: 'NOTE', rank: 1, shrinksTo: 16, value: (site) => site.note ?? '' },
];
const PIPED: readonly Column<Found>[] = [
  ...COLUMNS.slice(0, 2),
  { title: 'ZONE', rank: 0, value: (site) => site.zoneId },
  { title: 'ACCOUNT', rank: 0, value: (site) => site.accountId },
  ...COLUMNS.slice(2),
];
/** On a first import of a large account the rest is counted. */
const LONGEST = 30;

function discoverText(report: DiscoverReport, view: View): string {
  if (!view.person) return table(report.sites, PIPED, view);
  const changed = report.sites.filter((site) => site.action !== 'unchanged');
  const shown = view.verbosity > 0 ? report.sites : changed.slice(0, LONGEST);
  const rest = view.verbosity > 0 ? 0 : changed.length - shown.length;
  const { palette } = view;
  const actions = (['created', 'updated', 'unchanged', 'missing'] as const)
    .filter((action) => report[action] > 0)
    .map((action) => `${report[action]} ${action}`);
  const lines = [
    ...(rest > 0 ? [palette.dim(`… and ${rest} more; --verbose shows all`)] : []),
    `${counted(report.discovered, 'zone')}${actions.length > 0 ? `: ${actions.join(', ')}` : ''}.`,
    ...accountLines(report),
    ...(report.dryRun ? [palette.dim('Dry run: nothing was written.')] : []),
  ];
  return table(shown, COLUMNS, view) + lines.map((line) => `${line}\n`).join('');
}
