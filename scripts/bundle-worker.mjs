// Builds what runs at the edge and writes it down as values, so that the package carries the Worker without reading
// files at run time: first the page's style and script, then, with them, the Worker. The Worker stays readable, for
// whoever finds it in an account; only what goes out with every page is made small.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const source = fileURLToPath(new URL('../src/worker/', import.meta.url));
const MODULE = 'application/javascript+module';

/** Leaves the texts and the text modules of a deployment to be imported when the Worker runs. */
const separateModules = {
  name: 'separate-modules',
  setup(worker) {
    worker.onResolve({ filter: /\/texts\.js$/ }, () => ({ path: './texts.js', external: true }));
    worker.onResolve({ filter: /\.txt$/ }, ({ path }) => ({ path, external: true }));
  },
};

async function pageAsset(file, loader) {
  const { code } = await transform(readFileSync(source + file, 'utf8'), {
    loader,
    minify: true,
    target: 'es2020',
  });
  return JSON.stringify(code.trim());
}

async function workerModule(name, entry, plugins) {
  const { outputFiles } = await build({
    absWorkingDir: source,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'error',
    plugins,
  });
  return { name, type: MODULE, content: outputFiles[0].text };
}

writeFileSync(
  `${source}page/page-assets.generated.ts`,
  `/** Made by scripts/bundle-worker.mjs of page.css and client.js; not to be edited. */

export const PAGE_STYLE = ${await pageAsset('page/page.css', 'css')};

export const PAGE_SCRIPT = ${await pageAsset('page/client.js', 'js')};
`,
);

const modules = [
  await workerModule('worker.js', 'edge/worker.ts', [separateModules]),
  await workerModule('texts.js', 'texts/texts.ts', []),
];
const hash = createHash('sha256').update(JSON.stringify(modules)).digest('hex');

writeFileSync(
  `${source}bundle.generated.ts`,
  `/** Made by scripts/bundle-worker.mjs; not to be edited. */

/** The code of the Worker, the same for every event; the first module is the main one. */
export const WORKER_MODULES: readonly { readonly name: string; readonly type: string; readonly content: string }[] =
  ${JSON.stringify(modules, null, 2)};

/** SHA-256 of the modules, hex: tells which build of the Worker a deployment carries. */
export const WORKER_HASH = '${hash}';
`,
);
