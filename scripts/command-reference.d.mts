import type { CatalogueEntry } from '../src/cli/catalogue.js';
import type { parseCommandLine } from '../src/cli/program.js';

export function commandReference(
  commands: readonly CatalogueEntry[],
  parse: typeof parseCommandLine,
): Promise<string>;
