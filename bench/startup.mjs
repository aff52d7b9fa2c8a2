/**
 * How long the command takes to start, beside Node itself: wall-clock milliseconds, the fastest and the median of
 * several runs. The commands take turns, so that a busy moment of the machine hits all of them.
 *
 *   node bench/startup.mjs [runs]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAINT = fileURLToPath(new URL('../bin/maint.js', import.meta.url));
const COMMANDS = {
  'node -e 0': ['-e', '0'],
  'maint --version': [MAINT, '--version'],
  'maint --help': [MAINT, '--help'],
  'maint list --help': [MAINT, 'list', '--help'],
  'maint list': [MAINT, 'list'],
  maint: [MAINT],
};

function main([runs = '15']) {
  const folder = mkdtempSync(path.join(tmpdir(), 'maint-bench-'));
  const env = { PATH: process.env.PATH, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
  const times = new Map(Object.keys(COMMANDS).map((name) => [name, []]));
  try {
    // The first round fills caches and makes the store.
    for (let round = 0; round <= Number(runs); round += 1) {
      for (const [name, argv] of Object.entries(COMMANDS)) {
        const ms = timed(argv, env);
        if (round > 0) times.get(name).push(ms);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${'ms'.padEnd(20)} fastest   median`);
  for (const [name, all] of times) {
    const sorted = all.sort((a, b) => a - b);
    const columns = [sorted[0], sorted[sorted.length >> 1]].map((ms) => ms.toFixed(0).padStart(8));
    console.log(`${name.padEnd(20)}${columns.join(' ')}`);
  }
}

function timed(argv, env) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

main(process.argv.slice(2));
