import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECKOUT } from './installed-package.js';

const DEMO = path.join('scripts', 'demo.mjs');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'maint-demo-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Watch {
  /** What has been printed when the demo is disturbed. */
  readonly at: string;
  readonly act: (demo: { readonly api: string; kill(signal: NodeJS.Signals): void }) => unknown;
}

/** Runs the demo, with its temporary files in `folder`, and disturbs it once. */
function runDemo(checkout = CHECKOUT, watch?: Watch) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: folder,
    CLOUDFLARE_ACCOUNT_ID: 'not for a demo',
  };
  const child = spawn(process.execPath, [DEMO], { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let disturbed: unknown;
  const hear = (text: string) => {
    output += text;
    if (disturbed !== undefined || !watch || !output.includes(watch.at)) return;
    const [api = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
    disturbed = watch.act({ api, kill: (signal) => child.kill(signal) }) ?? null;
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  return new Promise<{ code: number | null; output: string; api: string }>((resolve, reject) => {
    child.once('error', reject).once('close', async (code) => {
      await disturbed;
      const [api = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      resolve({ code, output, api });
    });
  });
}

// Each runs some ten processes, one after another.
describe('npm run demo', { timeout: 120_000 }, () => {
  it('puts pages up, takes them down, and proves it', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(CHECKOUT, 'package.json'), 'utf8'));
    expect(scripts.demo).toBe(`node ${DEMO}`);
    const { code, output } = await runDemo();
    expect(output).toContain('$ maint enable --environment production --dry-run');
    expect(output).toContain('HTTP 503 Service Unavailable');
    expect(output).toContain('application/problem+json');
    expect(output).toContain('x-served-by: shop-front');
    expect(output).toContain('✓ All 13 addresses are served as before.');
    expect(output).toContain('✓ Every zone is exactly as it was: 14 sites, 7 routes');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(output).not.toMatch(/\x1b/);
    expect(code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('fails, and says where, if a zone is not as it was', async () => {
    const addRoute = ({ api }: { api: string }) =>
      fetch(`${api}/sandbox/zones/linden-law.example/routes`, {
        method: 'POST',
        body: JSON.stringify({ pattern: 'linden-law.example/x', script: 'image-resizer' }),
      });
    const { code, output } = await runDemo(CHECKOUT, { at: '$ maint disable', act: addRoute });
    expect(code).toBe(1);
    expect(output).toMatch(/The demo failed\. .*\n {2}zones\.linden-law\.example\.routes\.0: nothing → /);
  });

  it('leaves nothing behind when Ctrl-C stops it', async () => {
    const stop = ({ kill }: { kill: (signal: NodeJS.Signals) => void }) => kill('SIGINT');
    const { code, api } = await runDemo(CHECKOUT, { at: '$ maint list', act: stop });
    expect(code).toBe(130);
    expect(await readdir(folder)).toEqual([]);
    await expect(fetch(api)).rejects.toThrow('fetch failed');
  });

  it('leaves visitors out where workerd is missing, and proves the rest', async () => {
    const checkout = path.join(folder, 'checkout');
    for (const part of ['bin', 'dist', 'drizzle', 'scripts', 'package.json'])
      await cp(path.join(CHECKOUT, part), path.join(checkout, part), { recursive: true });
    await mkdir(path.join(checkout, 'node_modules'));
    const manifest = JSON.parse(await readFile(path.join(checkout, 'package.json'), 'utf8'));
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }))
      await symlink(path.join(CHECKOUT, 'node_modules', name), path.join(checkout, 'node_modules', name));
    const { code, output } = await runDemo(checkout);
    expect(output).toContain("'workerd', which is not installed");
    expect(output).not.toContain('HTTP 503');
    expect(output).toContain('✓ Every zone is exactly as it was');
    expect(code).toBe(0);
  });
});
