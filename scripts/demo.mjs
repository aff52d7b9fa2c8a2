/**
 * `npm run demo`: puts maintenance up on a few sites and takes it away again, on a small Cloudflare that runs on
 * this computer. No account, no questions. Exit code 1 if anything is not as the demo says.
 *
 *   node scripts/demo.mjs [--fast]     --fast: no pauses, also on a terminal
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { DemoFailure } from './demo/proof.mjs';
import { demoEnvironment, runMaint } from './demo/run-maint.mjs';
import { createStage } from './demo/stage.mjs';
import { tellStory } from './demo/story.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

async function main(argv) {
  const stop = new AbortController();
  for (const name of SIGNALS) process.once(name, () => stop.abort(name));
  const folder = await mkdtemp(path.join(tmpdir(), 'maint-demo-'));
  try {
    await perform(folder, stop.signal, process.stdout.isTTY === true && !argv.includes('--fast'));
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 128 + constants.signals[stop.signal.reason];
    process.stderr.write(
      `\nThe demo failed. ${error instanceof DemoFailure ? error.message : error.stack}\n`,
    );
    return 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function perform(folder, signal, slow) {
  const { startSandbox, describeEnvironment } = await loadSandbox();
  const sandbox = await startSandbox({ fleet: 'demo' });
  try {
    const env = demoEnvironment(folder, describeEnvironment(sandbox));
    const stage = createStage(process.stdout, { signal, slow });
    const maint = async (words, { capture = false } = {}) => {
      signal.throwIfAborted();
      await stage.type(['maint', ...words]);
      const output = await runMaint(words, { env, signal, capture });
      await stage.print(output);
      return output;
    };
    await tellStory({ sandbox, stage, maint });
  } finally {
    await sandbox.close();
  }
}

async function loadSandbox() {
  try {
    return await import('../dist/sandbox/sandbox.js');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new DemoFailure("The program is not built: run 'npm ci' or 'npm run build' first.");
  }
}

process.exitCode = await main(process.argv.slice(2));
