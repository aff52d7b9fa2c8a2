/** Runs the real command as a child process. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DemoFailure } from './proof.mjs';

const COMMAND = fileURLToPath(new URL('../../bin/maint.js', import.meta.url));

/**
 * An environment in which nothing leads out of the demo: neither tokens nor settings nor proxies of the user.
 *
 * @param folder where everything that the command writes shall be
 */
export function demoEnvironment(folder, sandboxEnvironment) {
  const leadsOut = /^(CLOUDFLARE|CF|MAINT)_|_proxy$/i;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !leadsOut.test(name))),
    XDG_CONFIG_HOME: folder,
    XDG_STATE_HOME: folder,
    MAINT_ACTOR: 'demo',
    ...sandboxEnvironment,
  };
}

/**
 * Runs `maint` with these words; its output goes where the demo's goes, so it looks as it does for its user.
 *
 * @param {{env: object, signal: AbortSignal, capture?: boolean}} options with `capture` stdout is returned
 * @throws DemoFailure unless the exit code is 0
 */
export async function runMaint(words, { env, signal, capture = false }) {
  const child = spawn(process.execPath, [COMMAND, ...words], {
    env,
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code !== 0) throw new DemoFailure(`'maint ${words.join(' ')}' ended with ${code}, not with 0.`);
  return stdout;
}
