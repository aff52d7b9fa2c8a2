import { MaintError } from '../../model/errors.js';
import type { Channel } from '../../notify/channels.js';
import type { TestOutcome } from '../../notify/notifier.js';
import { didYouMean } from '../../sites/nearest.js';
import { type CommandDefinition, reply } from '../command.js';
import { type Column, table } from '../output/table.js';

export const command: CommandDefinition = {
  arguments: [{ name: '[channel...]', help: 'by name; all of them unless given' }],
  description:
    "Sends a test message through the channels of 'notify' in the settings file, and says what became of it.",
  examples: [
    ['maint notify test', 'every channel'],
    ['maint notify test slack', 'one of them'],
  ],
  run: async ({ args }, context) => {
    const { notifier } = await context.maint();
    const channels = chosen(args, notifier.channels);
    const outcomes = await notifier.test(channels);
    return reply(outcomes, (found, view) => table(found, COLUMNS, view), {
      fields: { channels: outcomes },
      error: errorOf(outcomes),
    });
  },
};

function chosen(names: readonly string[], channels: readonly Channel[]): readonly Channel[] {
  if (channels.length === 0) {
    throw new MaintError('nothing-selected', 'The settings name no channel.', {
      hint: 'Add \'"notify": [{ "type": "slack", "urlFile": "…" }]\' to the settings file; see the README.',
    });
  }
  const known = channels.map(({ name }) => name);
  for (const name of names.filter((word) => !known.includes(word))) {
    throw new MaintError('unknown-name', `There is no channel '${name}'.${didYouMean(name, known)}`, {
      hint: `The settings name ${known.join(', ')}.`,
    });
  }
  return names.length === 0 ? channels : channels.filter(({ name }) => names.includes(name));
}

function errorOf(outcomes: readonly TestOutcome[]): MaintError | null {
  const failed = outcomes.filter(({ ok }) => !ok);
  if (failed.length === 0) return null;
  const what = `The test did not arrive through ${failed.map(({ channel }) => channel).join(', ')}.`;
  return new MaintError(failed.length < outcomes.length ? 'partly-done' : 'failed', what, {
    problems: failed.map(({ channel, error }) => `${channel}: ${error ?? ''}`),
    hint: "Check its entry under 'notify' in the settings file.",
  });
}

const COLUMNS: readonly Column<TestOutcome>[] = [
  { title: 'CHANNEL', rank: 0, value: ({ channel }) => channel },
  { title: 'TYPE', rank: 1, value: ({ type }) => type },
  {
    title: 'OUTCOME',
    rank: 0,
    value: ({ ok }) => (ok ? 'sent' : 'failed'),
    paint: (text, { ok }, { palette }) => (ok ? palette.good(text) : palette.bad(text)),
  },
  { title: 'NOTE', rank: 2, shrinksTo: 16, value: ({ error }) => error ?? '' },
];
