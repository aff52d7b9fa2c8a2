// Writes docs/commands.md from the program's own help, so that the two cannot differ.
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/**
 * The reference as Markdown.
 * @param {readonly { path: string, hidden?: boolean }[]} commands
 * @param {(argv: string[], options: { version: string, width: number }) => Promise<{ text?: string }>} parse
 */
export async function commandReference(commands, parse) {
  const helpOf = async (argv) => (await parse([...argv, '--help'], { version: '', width: 100 })).text ?? '';
  const parts = ['# Commands\n', 'Written by `npm run docs` from the help texts.\n', block(await helpOf([]))];
  const shown = commands.filter(({ path, hidden }) => path !== '' && hidden !== true);
  for (const { path } of [...shown].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    parts.push(`## maint ${path}\n`, block(await helpOf(path.split(' '))));
  }
  return parts.join('\n');
}

function block(text) {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { COMMANDS } = await import('../dist/cli/catalogue.js');
  const { parseCommandLine } = await import('../dist/cli/program.js');
  await writeFile(
    new URL('../docs/commands.md', import.meta.url),
    await commandReference(COMMANDS, parseCommandLine),
  );
}
