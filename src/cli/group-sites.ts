/** Groups by name, and the answer that shows one. */
import { MaintError } from '../model/errors.js';
import { didYouMean } from '../sites/nearest.js';
import type { Group, Store } from '../store/store.js';
import type { ArgumentDefinition, Context, Input } from './command.js';
import { requireAllowed } from './ownership.js';
import { requireSelection, selectSites } from './select-sites.js';
import { selectionArgument } from './selection-flags.js';

export const groupArgument: ArgumentDefinition = { name: '<name>', help: 'a group' };

/** A group, then sites. */
export const groupAndSites: readonly ArgumentDefinition[] = [groupArgument, selectionArgument];

export function requireGroup(name: string, store: Store): Group {
  const group = store.groups.get(name);
  if (group !== null) return group;
  const names = store.groups.list().map((known) => known.name);
  throw new MaintError('unknown-name', `There is no group '${name}'.${didYouMean(name, names)}`, {
    hint: "'maint group list' shows them.",
  });
}

/** The group named first and the sites selected by the rest of the command line. */
export async function groupWithSites(action: string, input: Input, context: Context) {
  const [name = '', ...domains] = input.args;
  requireSelection(input, domains);
  const { store } = await context.maint();
  requireGroup(name, store);
  const sites = await selectSites(input, context, store, { changing: true, domains });
  requireAllowed({ action, sites }, input.flags, store, context);
  return { name, store, ids: sites.map(({ id }) => id) };
}
