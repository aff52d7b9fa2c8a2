import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEnvironment, type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';
import { CHECKOUT, type InstalledPackage, installPackage, run } from './installed-package.js';
import { LIBRARY_PROGRAM } from './library-program.js';
import { startMaintSandbox } from './sandbox-command.js';

const KIB = 1024;

let installed: InstalledPackage;
let sandbox: Sandbox;

beforeAll(async () => {
  [installed, sandbox] = await Promise.all([installPackage(), startSandbox({ edge: false })]);
  for (const name of ['typescript', '@types/node']) await installed.link(name);
});
afterAll(async () => {
  await Promise.all([installed?.remove(), sandbox?.close()]);
});

function environment(): Record<string, string> {
  const { folder } = installed;
  const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`;
  return { PATH, HOME: folder, ...describeEnvironment(sandbox), MAINT_DB: path.join(folder, 'cli.db') };
}

async function maint(...argv: string[]) {
  const command = path.join(installed.folder, 'node_modules', '.bin', 'maint');
  const { stdout } = await run(command, argv, { cwd: installed.folder, env: environment() });
  return stdout;
}

/** Type-checks and emits JavaScript. */
async function compile(file: string) {
  const compiler = path.join('node_modules', 'typescript', 'bin', 'tsc');
  const options = '--strict --skipLibCheck --module nodenext --target es2022 --lib es2023,esnext.disposable';
  const argv = [
    compiler,
    ...options.split(' '),
    '--types',
    'node',
    '--ignoreConfig',
    '--pretty',
    'false',
    file,
  ];
  return run(process.execPath, argv, { cwd: installed.folder }).catch(({ stdout }) => ({ stdout }));
}

describe('the tarball', () => {
  it('holds what is needed to run, to read and to type-check', () => {
    const paths = installed.files.map((file) => file.path);
    console.log(`the package: ${paths.length} files, ${Math.round(installed.size / KIB)} KiB packed`);
    expect(paths).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
        'bin/maint.js',
        'dist/index.js',
        'dist/index.d.ts',
        'dist/command/main.js',
        'dist/command/LICENSES.txt',
        'dist/worker/bundle.generated.js',
        'drizzle/meta/_journal.json',
      ]),
    );
    expect(paths.filter((each) => /^drizzle\/\d{4}_[\w-]+\.sql$/.test(each))).not.toEqual([]);
    expect(installed.size).toBeLessThan(1000 * KIB);
  });

  it('holds nothing else', () => {
    const expected =
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|bin\/maint\.js|dist\/command\/([\w-]+\.js|LICENSES\.txt)|dist\/(?!command\/|cli\/|metrics\/|sandbox\/)[\w/.-]+\.(js|d\.ts)|drizzle\/(meta\/_journal\.json|\d{4}_[\w-]+\.sql))$/;
    expect(installed.files.map((file) => file.path).filter((each) => !expected.test(each))).toEqual([]);
  });

  it('passes on the licences of the packages whose code is in the command', async () => {
    const folder = path.join(installed.folder, 'node_modules', 'maint', 'dist', 'command');
    const licences = await readFile(path.join(folder, 'LICENSES.txt'), 'utf8');
    const contained = new Set<string>();
    for (const file of (await readdir(folder)).filter((each) => each.endsWith('.js'))) {
      const code = await readFile(path.join(folder, file), 'utf8');
      // esbuild says above each module where it is from.
      for (const [, name = ''] of code.matchAll(/^ *\/\/ .*node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//gm)) {
        contained.add(name);
      }
    }
    expect([...contained]).toEqual(expect.arrayContaining(['commander', 'drizzle-orm', 'undici', 'zod']));
    const told = [...licences.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(\S+\)$/gm)].map(([, name = '']) => name);
    expect(told.sort()).toEqual([...contained].sort());
  });

  it('has a declaration beside every module of the library', () => {
    const paths = new Set(installed.files.map((file) => file.path));
    const modules = [...paths].filter((each) => /^dist\/(?!command\/).*\.js$/.test(each));
    expect(modules.filter((each) => !paths.has(each.replace(/\.js$/, '.d.ts')))).toEqual([]);
  });
});

/** Every package that the declarations lead to, starting from one of them. */
async function packagesInTypes(declaration: string, seen = new Set<string>()): Promise<Set<string>> {
  seen.add(declaration);
  const text = await readFile(declaration, 'utf8');
  for (const [, name = ''] of text.matchAll(/(?:from |import\()'([^']+)'/g)) {
    const next = name.startsWith('.')
      ? path.resolve(path.dirname(declaration), name.replace(/\.js$/, '.d.ts'))
      : null;
    if (next === null) seen.add(name);
    else if (!seen.has(next)) await packagesInTypes(next, seen);
  }
  return new Set([...seen].filter((each) => !path.isAbsolute(each)));
}

describe('the installed command', () => {
  it('says its version and helps', async () => {
    const { version } = JSON.parse(await readFile(path.join(CHECKOUT, 'package.json'), 'utf8'));
    expect(await maint('--version')).toBe(`${version}\n`);
    expect(await maint('--help')).toMatch(/^Usage: maint/);
  });

  it('discovers and plans with nothing but its own dependencies', async () => {
    const found = JSON.parse(await maint('discover', '--json'));
    expect(found).toMatchObject({ schema: 1, ok: true, discovered: 14, created: 14 });
    const plan = JSON.parse(await maint('enable', 'elm-clinic.example', '--dry-run', '--json'));
    expect(plan).toMatchObject({ ok: true, dryRun: true, sites: [{ outcome: 'planned' }] });
    expect(sandbox.mutations()).toEqual([]);
  });
});

describe('the installed sandbox', () => {
  it.each([
    ['without workerd, has an API and no edge', false],
    ['with workerd, has an edge too', true],
  ])('%s', async (_, withWorkerd) => {
    if (withWorkerd) await installed.link('workerd');
    const started = await startMaintSandbox(installed.folder, environment());
    try {
      expect(started.document).toMatchObject({ schema: 1, command: 'sandbox', ok: true });
      expect(started.document.edge === null).toBe(!withWorkerd);
      const answer = await fetch(`${started.document.apiUrl}/zones`, {
        headers: { authorization: `Bearer ${started.document.environment.CLOUDFLARE_API_TOKEN}` },
      });
      expect(await answer.json()).toMatchObject({ success: true, result_info: { total_count: 14 } });
    } finally {
      expect(await started.stop()).toBe(130);
    }
  });
});

describe('the library', () => {
  it('type-checks in a strict program and does what it says', async () => {
    await writeFile(path.join(installed.folder, 'package.json'), '{"type":"module"}');
    await writeFile(path.join(installed.folder, 'program.ts'), LIBRARY_PROGRAM);
    expect((await compile('program.ts')).stdout).toBe('');
    const before = sandbox.snapshot();
    const { stdout } = await run(process.execPath, ['program.js'], {
      cwd: installed.folder,
      env: environment(),
    });
    const enabled = [['harbour-bakery.example', 'enabled']];
    const disabled = [['harbour-bakery.example', 'disabled']];
    expect(JSON.parse(stdout)).toMatchObject({
      seen: 14,
      dryRun: { selected: 14, changed: 14, failed: 0 },
      sql: { sql: expect.stringMatching(/^select .*\?/is), params: expect.arrayContaining(['ecommerce']) },
      environments: { production: 14 },
      emptyIs: 'nothing-selected',
      enabled,
      during: ['harbour-bakery.example'],
      observed: ['maintenance'],
      disabled,
      user: 'elm-clinic.example',
      zones: 14,
      refused: true,
    });
    expect(sandbox.snapshot()).toEqual(before);
  });

  // A compiler that skips libraries would take types that it cannot find for `any`.
  it('has no types of packages that are not installed with it, or bring none', async () => {
    const types = path.join(installed.folder, 'node_modules', 'maint', 'dist', 'index.d.ts');
    const typed = ['drizzle-orm', 'zod', 'undici', 'commander'];
    const named = [...(await packagesInTypes(types))].filter((name) => !name.startsWith('node:'));
    expect(named.filter((name) => !typed.includes(name))).toEqual([]);
  });

  it('type-checks as the README shows it', async () => {
    const readme = await readFile(path.join(CHECKOUT, 'README.md'), 'utf8');
    const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
    expect(blocks.length).toBeGreaterThan(0);
    for (const [index, code] of blocks.entries()) {
      await writeFile(path.join(installed.folder, `readme-${index}.ts`), code);
      expect((await compile(`readme-${index}.ts`)).stdout).toBe('');
    }
  });

  it('can be reached by its name alone', async () => {
    const reach = "import('maint/dist/maint.js').catch((error) => console.log(error.code))";
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', reach], {
      cwd: installed.folder,
    });
    expect(stdout).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });
});
