import { tally } from '../../model/tally.js';
import { type CommandDefinition, reply } from '../command.js';
import { type Column, table } from '../output/table.js';
import { selectSites } from '../select-sites.js';

type Counts = Readonly<Record<string, number>>;
type Row = readonly [kind: string, name: string, count: number];

export const command: CommandDefinition = {
  selectsSites: true,
  description: 'How many sites there are by status, environment and project. Reads the store only.',
  examples: [
    ['maint stats', 'the whole catalogue'],
    ['maint stats --environment production --json', 'for a script'],
  ],
  run: async (input, context) => {
    const maint = await context.maint({ readonly: true });
    const sites = await selectSites(input, context, maint.store);
    const summary = {
      total: sites.length,
      byStatus: tally(sites, (site) => site.state),
      byEnvironment: tally(sites, (site) => site.environment),
      byProject: tally(sites, (site) => site.project),
      byOwner: tally(sites, (site) => site.owner),
    };
    return reply({ summary }, (data, view) => {
      const { byStatus, byEnvironment, byProject, byOwner, total } = data.summary;
      const rows = [
        ['all', '', total] as const,
        ...rowsOf('status', byStatus),
        ...rowsOf('environment', byEnvironment),
        ...rowsOf('project', byProject),
        ...rowsOf('owner', byOwner),
      ];
      return table(rows, COLUMNS, view);
    });
  },
};

const COLUMNS: readonly Column<Row>[] = [
  { title: 'BY', rank: 0, value: ([kind]) => kind },
  { title: 'NAME', rank: 0, value: ([, name]) => name },
  { title: 'SITES', rank: 0, value: ([, , count]) => String(count), align: 'right' },
];

function rowsOf(kind: string, counts: Counts): Row[] {
  return Object.entries(counts).map(([name, count]) => [kind, name, count] as const);
}
