import { MaintError } from '../../model/errors.js';
import type { EventSite, MaintenanceEvent } from '../../model/event.js';
import type { Operation } from '../../model/operation.js';
import { type CommandDefinition, reply } from '../command.js';
import { eventJson } from '../output/event-json.js';
import { fieldLines } from '../output/field-lines.js';
import { clock, moment } from '../output/moment.js';
import { type Column, table } from '../output/table.js';
import type { View } from '../output/view.js';

interface Shown {
  readonly event: Omit<MaintenanceEvent, 'bypassSecret'>;
  readonly sites: readonly EventSite[];
  readonly operations: readonly Operation[];
}

export const command: CommandDefinition = {
  arguments: [{ name: '<event>', help: "an event's id" }],
  description: 'One event: who, why and when, its sites, and every change that was made for it.',
  examples: [['maint event show 20261124-k3j8m2pq', 'all of it']],
  run: async ({ args: [id = ''] }, context) => {
    const { store } = await context.maint({ readonly: true });
    const found = store.events.get(id);
    if (found === null) {
      throw new MaintError('unknown-name', `There is no event '${id}'.`, {
        hint: "'maint event list' shows them.",
      });
    }
    const { bypassSecret: _secret, ...event } = found;
    const sites = store.events.sites(id);
    const operations = store.operations.ofEvent(id);
    return reply({ event, sites, operations }, eventText, {
      fields: { event: eventJson(found, sites), operations },
    });
  },
};

function eventText({ event, sites, operations }: Shown, view: View): string {
  const at = (time: string | null) =>
    time === null ? null : view.person ? `${clock(time, view)} (${moment(time, view)})` : time;
  const head = fieldLines(
    [
      ['event', event.id],
      ['kind', event.kind],
      ['by', `${event.actor} on ${event.host}`],
      ['reason', event.reason],
      ['since', at(event.since)],
      ['until', at(event.until)],
      ['auto-end', event.autoEnd ? 'yes' : null],
      ['ended', at(event.endedAt)],
      ['title', event.title],
      ['message', event.message],
      ['contact', event.contact],
      ['status page', event.statusUrl],
      ['allowed', [...event.allowIps, ...event.allowPaths].join(', ')],
      ['page', event.customPage === null ? null : 'one of its own'],
    ],
    view,
  );
  return [head, table(sites, SITES, view), table(operations, OPERATIONS, view)]
    .filter((block) => block !== '')
    .join('\n');
}

const SITES: readonly Column<EventSite>[] = [
  { title: 'SITE', rank: 0, value: (site) => site.domain },
  { title: 'STATE', rank: 0, value: (site) => site.state },
  { title: 'PATTERNS', rank: 1, shrinksTo: 16, value: (site) => site.patterns.join(',') },
];

const OPERATIONS: readonly Column<Operation>[] = [
  { title: 'AT', rank: 2, value: (operation, view) => moment(operation.startedAt, view) },
  { title: 'CHANGE', rank: 0, value: (operation) => operation.action },
  { title: 'OF', rank: 0, value: (operation) => operation.subject },
  { title: 'OUTCOME', rank: 0, value: (operation) => operation.state },
  {
    title: 'BEFORE',
    rank: 3,
    value: ({ before }) => (before === null ? '' : (before.script ?? 'no Worker')),
  },
  { title: 'AFTER', rank: 3, value: ({ after }) => (after === null ? '' : (after.script ?? 'no Worker')) },
  { title: 'BY', rank: 4, value: (operation) => operation.actor },
  { title: 'ERROR', rank: 1, shrinksTo: 16, value: (operation) => operation.error?.message ?? '' },
];
