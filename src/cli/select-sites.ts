/** Flags and standard input → sites of the catalogue. Nothing selected is never everything. */
import { MaintError } from '../model/errors.js';
import type { Site } from '../model/site.js';
import { every } from '../sites/condition.js';
import { filterNamed } from '../sites/filters.js';
import { isEmpty, narrowing, requireValid } from '../sites/selection.js';
import type { Store } from '../store/store.js';
import type { Context, Input } from './command.js';
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
  const sites = store.sites.select(
    compile(within === null ? wanted : every(wanted, filterNamed('account').any([within]))),
  );
  if (options.changing === true && sites.length === 0) {
    throw new MaintError('nothing-selected', 'No site matches this selection.', {
      hint: "'maint list' with the same flags shows what they select. Nothing was sent.",
    });
  }
  return sites;
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
