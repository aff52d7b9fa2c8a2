/** Selection flags and `--target` → targets of the store. */
import { MaintError } from '../model/errors.js';
import type { Site } from '../model/site.js';
import type { Target } from '../model/target.js';
import { isEmpty } from '../sites/selection.js';
import type { Store } from '../store/store.js';
import type { Context, FlagDefinition, Input } from './command.js';
import { requireSelection, selectSites } from './select-sites.js';
import { selectionOf } from './selection-flags.js';
import { refuseIfWrong } from './wrong-use.js';

export const TARGET_FLAG: FlagDefinition = {
  flags: '--target <id>',
  help: "a target by its number in 'maint target list'; repeatable",
  group: 'Selection',
  repeat: true,
};

/** The targets named by `--target`; throws where one is no number. */
export function targetIds({ flags }: Input, command: string): readonly number[] {
  const texts = flags.texts('target');
  refuseIfWrong(
    texts.filter((text) => !/^\d{1,15}$/.test(text)).map((text) => `'--target ${text}' is no number.`),
    command,
  );
  return texts.map(Number);
}

/** Refuses a changing command that names neither sites nor targets, before anything is opened. */
export function requireTargets(input: Input, command: string): void {
  if (targetIds(input, command).length === 0) requireSelection(input);
}

/**
 * The selected targets, by domain. `--target` and the selection of sites narrow each other. A command that only
 * looks gets every target where nothing is selected.
 */
export async function selectTargets(
  input: Input,
  context: Context,
  store: Store,
  options: { readonly command: string; readonly changing?: boolean },
): Promise<readonly Target[]> {
  const ids = targetIds(input, options.command);
  const bySite = !isEmpty(selectionOf(input.args, input.flags));
  const changing = options.changing === true;
  const sites = bySite || ids.length === 0 ? await selectSites(input, context, store, { changing }) : null;
  const found = store.targets.list({
    ...(bySite && sites !== null ? { domains: sites.map(({ domain }) => domain) } : {}),
    ...(ids.length > 0 ? { ids } : {}),
  });
  const missing = ids.filter((id) => !found.some((target) => target.id === id));
  if (missing.length > 0) {
    const named = missing.length === 1 ? `target ${missing[0]}` : `targets ${missing.join(', ')}`;
    throw new MaintError('unknown-name', `There is no ${named}${bySite ? ' in this selection' : ''}.`, {
      hint: "'maint target list' shows them with their numbers.",
    });
  }
  if (changing && found.length === 0) {
    throw new MaintError('nothing-selected', 'These sites have no target.', {
      hint: "'maint target add' makes one.",
    });
  }
  return found;
}

/** The sites of targets, each once. */
export function sitesOfTargets(targets: readonly Target[], store: Store): readonly Site[] {
  const domains = new Set(targets.map(({ domain }) => domain));
  return [...domains].flatMap((domain) => store.sites.byDomain(domain) ?? []);
}
