/** The flags that select sites, made from the filter table: a new filter is a new flag everywhere. */
import { FILTERS, type FilterName } from '../sites/filters.js';
import type { Selection } from '../sites/selection.js';
import type { ArgumentDefinition, FlagDefinition } from './command.js';
import type { Flags } from './flags.js';

export const selectionArgument: ArgumentDefinition = {
  name: '[domain...]',
  help: 'domains or globs; - reads them from standard input',
};

export function selectionFlags(): FlagDefinition[] {
  const including = FILTERS.map(({ flag, help }) => selecting(flag, help));
  const excluding = FILTERS.flatMap(({ excludeFlag, excludeHelp }) =>
    excludeFlag === null ? [] : [selecting(excludeFlag, excludeHelp)],
  );
  return [...including, ...excluding, { flags: '--all', help: 'every site', group: 'Selection' }];
}

function selecting(flags: string, help: string): FlagDefinition {
  return { flags, help, group: 'Selection', repeat: true };
}

/** What the flags select; `domains` are those named without a flag. */
export function selectionOf(domains: readonly string[], flags: Flags): Selection {
  return {
    domains,
    include: valuesOf(flags, (name) => name),
    exclude: valuesOf(flags, (name) => `exclude${name.charAt(0).toUpperCase()}${name.slice(1)}`),
    all: flags.on('all'),
  };
}

function valuesOf(flags: Flags, keyOf: (name: FilterName) => string): Selection['include'] {
  const given = FILTERS.map(({ name }) => [name, flags.texts(keyOf(name))] as const);
  return Object.fromEntries(given.filter(([, values]) => values.length > 0));
}
