import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { commandReference } from '../../scripts/command-reference.mjs';
import { COMMANDS } from '../../src/cli/catalogue.js';
import { parseCommandLine } from '../../src/cli/program.js';

it('docs/commands.md is what the program says of itself (`npm run docs` writes it anew)', async () => {
  const written = await readFile(new URL('../../docs/commands.md', import.meta.url), 'utf8');
  expect(written).toBe(await commandReference(COMMANDS, parseCommandLine));
});
