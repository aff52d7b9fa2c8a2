/** The package as a stranger gets it: packed, unpacked into an empty project, with its dependencies and no others. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

export interface PackedFile {
  readonly path: string;
  readonly mode: number;
}

export interface InstalledPackage {
  /** The root of a project that depends on the package. */
  readonly folder: string;
  readonly files: readonly PackedFile[];
  /** Bytes of the tarball. */
  readonly size: number;
  /** Makes another package of the checkout known to the project. */
  link(name: string): Promise<void>;
  remove(): Promise<void>;
}

/** Needs a built checkout: packing runs no scripts, for a build would pull `dist` from under other tests. */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'maint-package-'));
  const modules = path.join(folder, 'node_modules');
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: CHECKOUT,
    env: { ...process.env, npm_config_cache: path.join(folder, 'npm-cache') },
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string; size: number; files: PackedFile[] }];
  await mkdir(path.join(modules, 'maint'), { recursive: true });
  const tarball = path.join(folder, packed.filename);
  await run('tar', ['-xzf', tarball, '-C', path.join(modules, 'maint'), '--strip-components=1']);
  const link = async (name: string) => {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.join(CHECKOUT, 'node_modules', name), path.join(modules, name));
  };
  const manifest = await readFile(path.join(modules, 'maint', 'package.json'), 'utf8');
  const { dependencies, optionalDependencies, bin } = JSON.parse(manifest) as {
    dependencies: Record<string, string>;
    optionalDependencies: Record<string, string>;
    bin: { maint: string };
  };
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) await link(name);
  await mkdir(path.join(modules, '.bin'));
  await symlink(path.join('..', 'maint', bin.maint), path.join(modules, '.bin', 'maint'));
  return {
    folder,
    files: packed.files,
    size: packed.size,
    link,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
