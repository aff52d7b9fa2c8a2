import type { Target } from '../../model/target.js';
import type { Store } from '../../store/store.js';
import { type CommandDefinition, type Context, reply } from '../command.js';
import { CONFIRMATION_FLAGS, confirm, requireAnswerable } from '../confirmation.js';
import { targetJson } from '../output/target-json.js';
import { targetTable } from '../output/target-table.js';
import { requireAllowed } from '../ownership.js';
import { requireTargets, selectTargets, sitesOfTargets, TARGET_FLAG } from '../select-targets.js';
import { changeSites } from '../site-edits.js';

export const command: CommandDefinition = {
  selectsSites: true,
  flags: [TARGET_FLAG, ...CONFIRMATION_FLAGS],
  description: 'Stops checking, and forgets the results. A page that is up stays up.',
  examples: [
    ['maint target remove shop.example', 'every target of a site'],
    ['maint target remove --target 12 --yes', 'a single one'],
  ],
  run: async (input, context) => {
    const { flags } = input;
    requireTargets(input, 'target remove');
    requireAnswerable(flags, context);
    const { store } = await context.maint();
    const targets = await selectTargets(input, context, store, { command: 'target remove', changing: true });
    requireAllowed({ action: 'target.remove', sites: sitesOfTargets(targets, store) }, flags, store, context);
    const asked = {
      does: 'Remove',
      noun: 'target',
      count: targets.length,
      catalogued: store.targets.timings().length,
      all: flags.on('all'),
    };
    await confirm(asked, flags, context);
    const entry = { action: 'target.remove', message: 'No longer checked; its results are forgotten.' };
    changeSites(sitesOf(targets), entry, store, context, () => {
      for (const { id } of targets) store.targets.remove(id);
    });
    warnOfPagesLeft(targets, store, context);
    return reply(targets, targetTable, {
      fields: { removed: targets.length, targets: targets.map(targetJson) },
    });
  },
};

function sitesOf(targets: readonly Target[]): readonly { readonly domain: string }[] {
  return [...new Set(targets.map(({ domain }) => domain))].map((domain) => ({ domain }));
}

/** The monitor lifts what it put up, but only while it looks. */
function warnOfPagesLeft(targets: readonly Target[], store: Store, context: Context): void {
  for (const { domain } of sitesOf(targets)) {
    const page = store.sites.byDomain(domain)?.maintenance ?? null;
    if (page?.kind !== 'monitor' || store.targets.byDomain(domain).some(({ autoDisable }) => autoDisable))
      continue;
    context.warn(`The monitor's page stays up on ${domain}: take it down with 'maint disable ${domain}'.`);
  }
}
