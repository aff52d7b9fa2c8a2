import { type CommandDefinition, reply } from '../command.js';
import type { Flags } from '../flags.js';
import { readNumber } from '../number-flag.js';
import { historyText } from '../output/history-text.js';
import { resultJson, targetJson } from '../output/target-json.js';
import { selectTargets, TARGET_FLAG } from '../select-targets.js';
import { readPast } from '../time-flag.js';
import { refuseIfWrong } from '../wrong-use.js';

const USUAL_SINCE = '24h';
const USUAL_DAYS = 14;
const DAY_MS = 86_400_000;

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [
    TARGET_FLAG,
    {
      flags: '--since <time>',
      help: `checks since 12h ago or an ISO date; ${USUAL_SINCE} unless given`,
      group: 'Options',
    },
    { flags: '--limit <n>', help: 'the newest n checks of each target', group: 'Options' },
    { flags: '--days <n>', help: `so many days of summaries; ${USUAL_DAYS} unless given`, group: 'Options' },
    { flags: '--each', help: 'a line for each check instead of the chart and the days', group: 'Output' },
  ],
  description:
    'What the checks saw: response times as a chart, and for each day (UTC) the uptime and how long answers took, ' +
    'at the median and for the slowest twentieth. Checks that prove nothing do not count for the uptime.',
  examples: [
    ['maint target history shop.example', 'the last day, and two weeks in days'],
    ['maint target history shop.example --since 7d', 'a week as a chart'],
    ['maint target history --target 12 --each --since 1h', 'every check of the last hour'],
  ],
  run: async (input, context) => {
    const now = context.terminal.now();
    const { since, limit, days } = readFlags(input.flags, now);
    const { store } = await context.maint({ readonly: true });
    const targets = await selectTargets(input, context, store, { command: 'target history' });
    if (targets.length === 0) context.say("No targets: 'maint target add' makes one.");
    const firstDay = new Date(now.getTime() - (days - 1) * DAY_MS).toISOString();
    const histories = targets.map((target) => ({
      target,
      days: store.targets.daily(target.id, { since: firstDay }),
      checks: store.targets.history(target.id, { since, ...(limit === undefined ? {} : { limit }) }),
    }));
    return reply(histories, (found, view) => historyText(found, input.flags.on('each'), view), {
      fields: {
        since,
        targets: histories.map((history) => ({
          ...targetJson(history.target),
          days: history.days.map(({ targetId: _targetId, ...day }) => day),
          checks: history.checks.map(resultJson),
        })),
      },
    });
  },
};

function readFlags(flags: Flags, now: Date) {
  const problems: string[] = [];
  const asked = flags.text('since') ?? USUAL_SINCE;
  const since = readPast(asked, now);
  if (since === null) problems.push(`'--since ${asked}' is neither a duration such as 12h nor an ISO date.`);
  const limit = readNumber(flags, 'limit', { from: 1, to: 1_000_000 }, problems);
  const days = readNumber(flags, 'days', { from: 1, to: 366 }, problems) ?? USUAL_DAYS;
  refuseIfWrong(problems, 'target history');
  return { since: since ?? '', limit, days };
}
