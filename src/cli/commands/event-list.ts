import type { EventSite, MaintenanceEvent } from '../../model/event.js';
import { EVENT_KINDS, EventKind } from '../../model/vocabulary.js';
import { normalDomain } from '../../sites/domain-name.js';
import { type CommandDefinition, reply } from '../command.js';
import { readNumber } from '../number-flag.js';
import { eventJson } from '../output/event-json.js';
import { moment, span } from '../output/moment.js';
import { type Column, table } from '../output/table.js';
import { refuseIfWrong } from '../wrong-use.js';

interface Row {
  readonly event: MaintenanceEvent;
  readonly sites: readonly EventSite[];
}

const USUAL_LIMIT = 50;

export const command: CommandDefinition = {
  arguments: [],
  flags: [
    { flags: '--open', help: 'only those that are not over', group: 'Options' },
    { flags: '--site <domain>', help: 'only those of a site', group: 'Options' },
    { flags: '--kind <kind>', help: 'only those of a kind', group: 'Options', choices: EVENT_KINDS },
    { flags: '--limit <n>', help: `the newest n; ${USUAL_LIMIT} unless given`, group: 'Options' },
  ],
  description: 'Maintenance events, newest first.',
  examples: [
    ['maint event list --open', 'what is going on'],
    ['maint event list --site shop.example', 'the history of one site'],
  ],
  run: async ({ flags }, context) => {
    const problems: string[] = [];
    const limit = readNumber(flags, 'limit', { from: 1 }, problems) ?? USUAL_LIMIT;
    refuseIfWrong(problems, 'event list');
    const kind = EventKind.safeParse(flags.text('kind')).data;
    const domain = flags.text('site');
    const { store } = await context.maint({ readonly: true });
    const events = store.events.list({
      limit,
      ...(flags.on('open') ? { open: true } : {}),
      ...(kind === undefined ? {} : { kind }),
      ...(domain === undefined ? {} : { domain: normalDomain(domain) }),
    });
    const rows = events.map((event) => ({ event, sites: store.events.sites(event.id) }));
    if (rows.length === 0) context.say('No such event.');
    return reply(rows, (found, view) => table(found, COLUMNS, view), {
      fields: { total: rows.length, events: rows.map(({ event, sites }) => eventJson(event, sites)) },
    });
  },
};

const COLUMNS: readonly Column<Row>[] = [
  { title: 'EVENT', rank: 0, value: ({ event }) => event.id },
  { title: 'SITES', rank: 1, value: ({ sites }) => String(sites.length), align: 'right' },
  { title: 'SINCE', rank: 1, value: ({ event }, view) => moment(event.since, view) },
  {
    title: 'ENDED',
    rank: 1,
    value: ({ event }, view) =>
      event.endedAt === null && view.person ? 'open' : moment(event.endedAt, view),
    paint: (text, { event }, view) => (event.endedAt === null ? view.palette.warning(text) : text),
  },
  { title: 'LASTED', rank: 4, value: ({ event }, view) => lasted(event, view.now) },
  { title: 'BY', rank: 2, value: ({ event }) => event.actor },
  { title: 'KIND', rank: 5, value: ({ event }) => event.kind },
  { title: 'REASON', rank: 3, shrinksTo: 12, value: ({ event }) => event.reason ?? '' },
];

function lasted(event: MaintenanceEvent, now: Date): string {
  const end = event.endedAt === null ? now.getTime() : Date.parse(event.endedAt);
  return span(end - Date.parse(event.since));
}
