/** Flags and standard input → sites of the catalogue. Nothing selected is never everything. */

import { foreignSites } from '../maintenance/guard.js';
import { counted } from '../model/counted.js';
import { MaintError } from '../model/errors.js';
import { maySee } from '../model/ownership.js';
import type { Site } from '../model/site.js';
import { equal, every, some } from '../sites/condition.js';
import { isGlob, normalDomain } from '../sites/domain-name.js';
import { filterNamed } from '../sites/filters.js';
import { isEmpty, narrowing, requireValid, type Selection } from '../sites/selection.js';
import { seenBy } from '../sites/visibility.js';
import type { Store } from '../store/store.js';
import type { Context, Input } from './command.js';
import type { Flags } from './flags.js';
import { selectionOf } from './selection-flags.js';

/** Refuses a changing command that selects nothing, before anything is opened or read. */
export function requireSelection(input: Input, domains: readonly string[] = input.args): void {
  if (isEmpty(selectionOf(domains, input.flags))) throw nothingNamed();
}

/**
 * The selected sites, by domain. A command that only looks gets every site where nothing is selected; one that
 * changes something is refused, also where the selection matches no site.
 *
 * @throws MaintError `nothing-selected`, or `unknown-name` with every unknown word
 */
export async function selectSites(
  input: Input,
  context: Context,
  store: Store,
  options: { readonly changing?: boolean; readonly domains?: readonly string[] } = {},
): Promise<readonly Site[]> {
  const domains = await namedDomains(options.domains ?? input.args, context);
  const selection = selectionOf(domains, input.flags);
  requireValid(selection, store);
  if (options.changing === true && isEmpty(selection)) throw nothingNamed();
  const { compile } = await import('../sites/compile.js');
  const within = context.config().accountId;
  const wanted = narrowing(selection);
  const named = equal('domain', namedOutright(selection));
  const inAccount = within === null ? wanted : every(wanted, filterNamed('account').any([within]));
  const viewer = viewerOf(input.flags, options);
  const seen = viewer === null ? null : seenBy(viewer);
  const sites = store.sites.select(compile(seen === null ? inAccount : every(inAccount, some(seen, named))));
  if (seen !== null) {
    const user = context.config().actor;
    if (options.changing !== true) refuseUnseen(sites, user);
    remarkLeftOut(store.sites.count(compile(inAccount)) - sites.length, context);
  }
  if (options.changing === true && sites.length === 0) {
    throw new MaintError('nothing-selected', 'No site matches this selection.', {
      hint: "'maint list' with the same flags shows what they select. Nothing was sent.",
    });
  }
  return sites;
}

/**
 * With `--as` a person sees what is theirs, shared with them or nobody's; null stands for everything. A site that is
 * named outright is not passed over in silence: it is refused, a change of it by the guard that `--force` overrides.
 */
export function viewerOf(flags: Flags, { changing = false }: { readonly changing?: boolean }): string | null {
  const user = flags.text('as')?.trim() ?? '';
  return user === '' || (changing && flags.on('force')) ? null : user;
}

/** Domains that are written out, not as a pattern. */
function namedOutright(selection: Selection): readonly string[] {
  const named = [...selection.domains, ...(selection.include.domain ?? [])].map(normalDomain);
  return named.filter((domain) => !isGlob(domain));
}

/** @throws MaintError `guard-refused` for sites that the user may not even see */
function refuseUnseen(sites: readonly Site[], user: string): void {
  const refusal = foreignSites(sites, user, maySee);
  if (refusal === null) return;
  throw new MaintError('guard-refused', refusal, { hint: 'Leave these sites out, or ask for a share.' });
}

/** Tells of sites that are not selected because the person who acts does not see them. */
export function remarkLeftOut(count: number, context: Context): void {
  if (count > 0) context.remark(`Left out: ${counted(count, 'site')} of somebody else.`);
}

/** Domains as named; `-` stands for those on standard input, and an empty input for nothing at all. */
async function namedDomains(args: readonly string[], context: Context): Promise<readonly string[]> {
  if (!args.includes('-')) return args;
  const read = domainLines(await context.terminal.readInput());
  if (read.length === 0) {
    throw new MaintError('nothing-selected', 'Standard input named no domain.', {
      hint: 'Write one domain a line. Nothing was sent.',
    });
  }
  return [...args.filter((arg) => arg !== '-'), ...read];
}

/** One domain a line; blank lines and what follows a # are left out. */
export function domainLines(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

function nothingNamed(): MaintError {
  return new MaintError('nothing-selected', 'Nothing is selected.', {
    hint: 'Name domains, narrow with flags such as --environment or --tag, or say --all. Nothing was sent.',
  });
}
