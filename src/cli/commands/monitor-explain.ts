import type { Explanation } from '../../monitoring/explain.js';
import { type CommandDefinition, reply } from '../command.js';
import type { View } from '../output/view.js';
import { wrap } from '../output/wrap.js';
import { requireSites } from '../site-edits.js';

export const command: CommandDefinition = {
  arguments: [{ name: '<domain>', help: 'a site' }],
  description:
    'Says in sentences where the targets of a site stand, and why the monitor does or does not act.',
  examples: [['maint monitor explain shop.example', 'why is the page up, or why not?']],
  run: async ({ args }, context) => {
    const maint = await context.maint({ readonly: true });
    const [{ domain }] = requireSites(args, maint.store);
    const targets = maint.explainMonitor(domain);
    if (targets.length === 0) context.say(`${domain} is not checked: 'maint target add ${domain}'.`);
    return reply({ domain, targets }, (data, view) => explanationText(data.targets, view));
  },
};

function explanationText(targets: readonly Explanation[], view: View): string {
  const blocks = targets.map(({ targetId, url, state, sentences }) => {
    const head = `${view.palette.strong(url)} ${view.palette.dim(`target ${targetId}, ${state}`)}`;
    return [head, ...sentences.map((sentence) => `  ${wrap(sentence, view.width - 2, '  ')}`)];
  });
  return blocks.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n');
}
