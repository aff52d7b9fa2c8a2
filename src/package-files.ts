/** The installed package: which version it is, and where the files are that it brings along. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether a module runs from `src/`, from `dist/` or from the bundled command, its package is the same. */
const ROOT = rootAbove(path.dirname(fileURLToPath(import.meta.url)));

/** As package.json says it. */
export function packageVersion(): string {
  const manifest = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The absolute path of a file or folder of the package. */
export function packagedPath(name: string): string {
  return path.join(ROOT, name);
}

/** The nearest folder with a package.json. */
function rootAbove(folder: string): string {
  const parent = path.dirname(folder);
  return existsSync(path.join(folder, 'package.json')) || parent === folder ? folder : rootAbove(parent);
}
