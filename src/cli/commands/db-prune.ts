import { statSync } from 'node:fs';
import { counted } from '../../model/counted.js';
import { KEEP_RESULTS_DAYS, KEEP_SUMMARIES_DAYS } from '../../monitoring/retention.js';
import { type CommandDefinition, reply } from '../command.js';
import type { Flags } from '../flags.js';
import { readSpan } from '../target-flags.js';
import { refuseIfWrong } from '../wrong-use.js';

const DAY_MS = 86_400_000;

export const command: CommandDefinition = {
  arguments: [],
  flags: [
    {
      flags: '--results <duration>',
      help: `keep the results of checks so long; ${KEEP_RESULTS_DAYS}d unless given`,
      group: 'Options',
    },
    {
      flags: '--summaries <duration>',
      help: `keep the summaries of days so long; ${KEEP_SUMMARIES_DAYS}d unless given`,
      group: 'Options',
    },
  ],
  description:
    'Turns old results of checks into a summary for each day, and drops old summaries. The monitor does the same by ' +
    'itself, with the usual lengths. The room is used again by what comes; the file does not shrink.',
  examples: [
    ['maint db prune', `results of ${KEEP_RESULTS_DAYS} days, summaries of a year`],
    ['maint db prune --results 7d --summaries 90d', 'less of both'],
  ],
  run: async ({ flags }, context) => {
    const now = context.terminal.now();
    const limits = readLimits(flags, now);
    const { store } = await context.maint();
    const pruned = store.targets.prune(limits);
    const found = { ...limits, ...pruned, path: store.path, bytes: sizeOf(store.path) };
    return reply(found, ({ results, summaries }) => {
      const gone = [counted(results, 'result'), counted(summaries, 'summary', 'summaries')];
      return `Removed ${gone.join(' and ')}.\n`;
    });
  },
};

function readLimits(flags: Flags, now: Date): { readonly rawBefore: string; readonly dailyBefore: string } {
  const problems: string[] = [];
  const results = readSpan(flags, 'results', { from: DAY_MS }, problems) ?? KEEP_RESULTS_DAYS * DAY_MS;
  const summaries = readSpan(flags, 'summaries', { from: DAY_MS }, problems) ?? KEEP_SUMMARIES_DAYS * DAY_MS;
  if (summaries < results) problems.push("'--summaries' must not be shorter than '--results'.");
  refuseIfWrong(problems, 'db prune');
  const before = (ms: number) => new Date(now.getTime() - ms).toISOString();
  return { rawBefore: before(results), dailyBefore: before(summaries) };
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
