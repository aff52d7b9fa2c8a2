/** One workerd: started from a configuration, listening, stopped; never left behind. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface WorkerdProcess {
  /** Loopback port of the one socket of the configuration. */
  port: number;
  isRunning(): boolean;
  /** Lets requests under way finish, for `graceMs` at most. Resolves when the process is gone. */
  stop(graceMs: number): Promise<void>;
  /** Ends it at once, without waiting to see it gone. */
  kill(): void;
}

export type StartOutcome =
  | { kind: 'started'; process: WorkerdProcess }
  /** Why workerd will not run these services, by name. */
  | { kind: 'refused'; services: Map<string, string> }
  /** Neither listening nor refusing in time: some script never ends its start. */
  | { kind: 'stuck' };

/** Far more than the second that Cloudflare gives a script (Cloudflare docs, Workers "Limits"). */
const START_TIMEOUT_MS = 4_000;
const VERSION_TIMEOUT_MS = 5_000;

/** Whether the optional package `workerd` is installed and runs on this computer. */
export async function edgeAvailable(): Promise<boolean> {
  const path = executablePath();
  if (!path) return false;
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: VERSION_TIMEOUT_MS }, (error) => resolve(error === null));
  });
}

/** @throws Error when workerd is not installed, or finds the configuration itself malformed */
export async function startWorkerd(config: string, onLog: (line: string) => void): Promise<StartOutcome> {
  const path = executablePath();
  if (!path) throw new Error('the edge needs the npm package workerd, which is not installed');
  const directory = await mkdtemp(join(tmpdir(), 'maint-sandbox-'));
  try {
    const file = join(directory, 'config.capnp');
    await writeFile(file, config, { mode: 0o600 });
    // In a group of its own, so that Ctrl-C reaches it through `stop` and not in the middle of a request.
    const child = spawn(path, ['serve', '--control-fd=3', file], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    return await untilDecided(child, onLog);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function untilDecided(child: ChildProcess, onLog: (line: string) => void): Promise<StartOutcome> {
  const [, stdout, stderr, control] = child.stdio as unknown as [null, Readable, Readable, Readable];
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const release = tieToThisProcess(child);
  void ended.then(release);
  const complaints: string[] = [];
  let log = (line: string): void => void complaints.push(line);
  createInterface(stdout).on('line', (line) => log(line));
  createInterface(stderr).on('line', (line) => log(line));

  let timer: NodeJS.Timeout | undefined;
  const port = await new Promise<number | 'ended' | 'stuck'>((resolve, reject) => {
    child.once('error', reject);
    void ended.then(() => resolve('ended'));
    timer = setTimeout(() => resolve('stuck'), START_TIMEOUT_MS);
    createInterface(control).once('line', (line) => resolve((JSON.parse(line) as { port: number }).port));
  }).finally(() => clearTimeout(timer));

  if (port === 'ended') return { kind: 'refused', services: readRefusals(complaints) };
  if (port === 'stuck') {
    child.kill('SIGKILL');
    await ended;
    return { kind: 'stuck' };
  }
  for (const line of complaints) onLog(line);
  log = onLog;
  return { kind: 'started', process: running(child, port, ended) };
}

function running(child: ChildProcess, port: number, ended: Promise<void>): WorkerdProcess {
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    port,
    isRunning,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/**
 * Kills the child when this process ends without having stopped it, even by SIGKILL: the system then closes
 * the pipe on which a small shell waits. Windows has no such shell. Returns what calls it off.
 */
function tieToThisProcess({ pid }: ChildProcess): () => void {
  if (process.platform === 'win32' || pid === undefined) return () => {};
  const watch = spawn('sh', ['-c', 'read -r _; kill -9 "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.once('error', () => {});
  watch.unref();
  return () => void watch.kill('SIGKILL');
}

/** @throws Error when what workerd says is about no service: then the fault is not an uploaded script's */
function readRefusals(lines: readonly string[]): Map<string, string> {
  const services = new Map<string, string>();
  let current: string | null = null;
  for (const line of lines) {
    const [, name, message] = /^service (\S+?): (.*)$/.exec(line) ?? [];
    if (name !== undefined) current = name;
    if (current === null) continue;
    const before = services.get(current);
    const said = message ?? line.trim();
    services.set(current, before === undefined ? said : `${before}\n${said}`);
  }
  if (services.size === 0) throw new Error(`workerd did not start: ${lines.join('\n') || 'it said nothing'}`);
  return services;
}

/** The package exports the path of the executable for this platform. */
function executablePath(): string | null {
  try {
    const { default: path } = createRequire(import.meta.url)('workerd') as { default?: unknown };
    return typeof path === 'string' ? path : null;
  } catch {
    return null;
  }
}
