// Joins the command line and what it needs of other packages into few files below dist/command: reading six hundred
// small modules took longer than most commands do. What is loaded only on demand stays a file of its own, and so
// each command loads no more than it uses. The library is not touched: it stays what the compiler makes of it.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'dist', 'command');
const known = path.join(root, 'scripts', 'licences');

/** Binaries, and what few ever need: inquirer is loaded to ask a question, workerd is installed by who wants it. */
const APART = ['better-sqlite3', 'better-sqlite3-node20', 'workerd', 'inquirer'];

// Bundled CommonJS asks for Node's own modules by `require`, which a module of today does not have.
const REQUIRE = `import { createRequire as createRequireHere } from 'node:module';
const require = createRequireHere(import.meta.url);`;

/** The folder of the package that a bundled file is from; undefined for our own. */
function packageOf(file) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path.resolve(root, file))?.[0];
}

/** What a package asks to be passed on with its code. One that only names its licence is given the known text. */
function licenceOf(home) {
  const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  const own = readdirSync(home).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
  const file = own === undefined ? path.join(known, `${manifest.license}.txt`) : path.join(home, own);
  const text = readFileSync(file, 'utf8').trimEnd();
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
}

rmSync(folder, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts', 'src/cli/terminal.ts'],
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  charset: 'utf8',
  external: APART,
  banner: { js: REQUIRE },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const contained = Object.values(metafile.outputs)
  .flatMap(({ inputs }) => Object.entries(inputs))
  .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  .flatMap(([file]) => packageOf(file) ?? []);
const licences = [...new Set(contained)].sort().map(licenceOf);
writeFileSync(
  path.join(folder, 'LICENSES.txt'),
  `The files in this folder contain code of these packages.\n\n${licences.join(`\n${'-'.repeat(72)}\n\n`)}`,
);
