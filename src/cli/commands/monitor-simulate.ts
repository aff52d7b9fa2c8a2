import { counted } from '../../model/counted.js';
import { formatDuration } from '../../model/duration.js';
import type { Target, TargetPolicy } from '../../model/target.js';
import { type Simulation, simulate } from '../../monitoring/simulate.js';
import type { Store } from '../../store/store.js';
import { type CommandDefinition, reply } from '../command.js';
import type { Flags } from '../flags.js';
import { readNumber } from '../number-flag.js';
import { clock } from '../output/moment.js';
import { type Column, table } from '../output/table.js';
import type { View } from '../output/view.js';
import { requireSites } from '../site-edits.js';
import { readSpan } from '../target-flags.js';
import { readPast } from '../time-flag.js';
import { refuseIfWrong } from '../wrong-use.js';

const USUAL_SINCE = '30d';

export const command: CommandDefinition = {
  arguments: [{ name: '<domain>', help: 'a site' }],
  flags: [
    { flags: '--failures <n>', help: 'failures in a row until it is down', group: 'Options' },
    { flags: '--recoveries <n>', help: 'successes in a row until it is up again', group: 'Options' },
    { flags: '--min-hold <duration>', help: 'how long a page stays at least', group: 'Options' },
    {
      flags: '--since <time>',
      help: `12h ago, or an ISO date; ${USUAL_SINCE} unless given`,
      group: 'Options',
    },
  ],
  description:
    'Replays the stored results of a site under other thresholds, beside those that it has, as if the monitor were ' +
    'to put the page up and take it down. Changes nothing.',
  examples: [['maint monitor simulate shop.example --failures 5', 'would five failures in a row do better?']],
  run: async ({ args, flags }, context) => {
    const { changes, since } = readWhatIf(flags, context.terminal.now());
    const { store } = await context.maint({ readonly: true });
    const [{ domain }] = requireSites(args, store);
    const targets = store.targets.byDomain(domain);
    if (targets.length === 0) context.say(`${domain} is not checked: 'maint target add ${domain}'.`);
    const rows = targets.map((target) => replay(target, changes, since, store));
    return reply({ domain, since, targets: rows }, (data, view) =>
      data.targets.map((row) => text(row, view)).join('\n'),
    );
  },
};

type WhatIf = Partial<Pick<TargetPolicy, 'failureThreshold' | 'recoveryThreshold' | 'minHoldMs'>>;

function readWhatIf(flags: Flags, now: Date): { readonly changes: WhatIf; readonly since: string } {
  const problems: string[] = [];
  const failureThreshold = readNumber(flags, 'failures', { from: 1, to: 1_000 }, problems);
  const recoveryThreshold = readNumber(flags, 'recoveries', { from: 1, to: 1_000 }, problems);
  const minHoldMs = readSpan(flags, 'minHold', { from: 0 }, problems);
  const asked = flags.text('since') ?? USUAL_SINCE;
  const since = readPast(asked, now);
  if (since === null) problems.push(`'--since ${asked}' is neither a duration such as 12h nor an ISO date.`);
  refuseIfWrong(problems, 'monitor simulate');
  const changes = {
    ...(failureThreshold === undefined ? {} : { failureThreshold }),
    ...(recoveryThreshold === undefined ? {} : { recoveryThreshold }),
    ...(minHoldMs === undefined ? {} : { minHoldMs }),
  };
  return { changes, since: since ?? '' };
}

interface Outcome extends Simulation, Required<WhatIf> {}

interface Row {
  readonly targetId: number;
  readonly url: string;
  readonly asIs: Outcome;
  readonly asAsked: Outcome;
}

function replay(target: Target, changes: WhatIf, since: string, store: Store): Row {
  const results = store.targets.history(target.id, { since });
  const outcome = (whatIf: WhatIf): Outcome => {
    const { failureThreshold, recoveryThreshold, minHoldMs } = { ...target, ...whatIf };
    return { failureThreshold, recoveryThreshold, minHoldMs, ...simulate(target, results, whatIf) };
  };
  return { targetId: target.id, url: target.url, asIs: outcome({}), asAsked: outcome(changes) };
}

function text({ targetId, url, asIs, asAsked }: Row, view: View): string {
  const sides = [
    { name: 'as it is', ...asIs },
    { name: 'as asked', ...asAsked },
  ].map((side) => ({ ...side, targetId }));
  const head = `${view.palette.strong(url)} ${view.palette.dim(`target ${targetId}, ${counted(asAsked.checks, 'check')}`)}\n`;
  if (!view.person) return table(sides, [TARGET, ...COLUMNS], view);
  const actions = asAsked.actions.map(
    ({ at, action, reason }) =>
      `  ${clock(at, view)} ${view.palette.accent(action)} ${view.palette.dim(reason)}\n`,
  );
  return head + table(sides, COLUMNS, view) + actions.join('');
}

type Side = Outcome & { readonly name: string; readonly targetId: number };

const TARGET: Column<Side> = { title: 'TARGET', rank: 0, value: ({ targetId }) => String(targetId) };

const COLUMNS: readonly Column<Side>[] = [
  { title: 'THRESHOLDS', rank: 0, value: ({ name }) => name },
  { title: 'DOWN AFTER', rank: 0, value: (side) => String(side.failureThreshold), align: 'right' },
  { title: 'UP AFTER', rank: 0, value: (side) => String(side.recoveryThreshold), align: 'right' },
  { title: 'HOLD', rank: 2, value: (side) => formatDuration(side.minHoldMs), align: 'right' },
  { title: 'PAGES', rank: 0, value: (side) => String(pagesOf(side)), align: 'right' },
  { title: 'PAGE UP', rank: 0, value: (side) => formatDuration(side.pageMs), align: 'right' },
  { title: 'FAILING', rank: 1, value: (side) => formatDuration(side.failingMs), align: 'right' },
];

function pagesOf({ actions }: Simulation): number {
  return actions.filter(({ action }) => action === 'enable').length;
}
