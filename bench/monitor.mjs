/**
 * What a check costs: checks per second of processor time, beside a bare undici loop with as many connections
 * against the same server in the same run. The monitor's share holds everything: due, check, decide, record on a
 * disk. The server is a process of its own, so its time is not counted. Rounds take turns.
 *
 *   npm run build && node bench/monitor.mjs [targets] [rounds]
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { DEFAULT_POLICY } from '../dist/model/target.js';
import { createChecker } from '../dist/monitoring/check.js';
import { createMonitor } from '../dist/monitoring/monitor.js';
import { openStore } from '../dist/store/open.js';

const CONNECTIONS = 64;
const PLAIN_SITE = {
  zoneId: 'zone',
  accountId: 'account',
  environment: 'production',
  project: null,
  owner: null,
  tags: [],
  active: true,
  inactiveReason: null,
  token: null,
  plan: null,
};

function serve() {
  const server = createServer((_request, response) => response.end('ok\n'));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function startServer() {
  const child = fork(fileURLToPath(import.meta.url), ['serve']);
  const port = await new Promise((resolve) => child.once('message', resolve));
  return { port, stop: () => child.kill() };
}

/** The least that a program with undici can do: ask, read, next. */
async function bareLoop(dispatcher, port, count) {
  let next = 0;
  const worker = async () => {
    while (next++ < count) {
      const { body } = await request(`http://127.0.0.1:${port}/health/`, { dispatcher });
      await body.text();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

async function openMonitor(store, port) {
  const checker = createChecker({
    connectTo: { host: '127.0.0.1', port },
    proxy: {},
    userAgent: 'bench',
    connections: CONNECTIONS,
    clock: () => new Date(),
    monotonic: () => performance.now(),
  });
  const refuse = () => Promise.reject(new Error('no site is down here'));
  let runs = 0;
  const monitor = createMonitor({
    store,
    checker,
    networkProof: null,
    act: { enable: refuse, disable: refuse },
    bypassHeader: 'x-maint-bypass',
    clock: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    runId: () => `bench-${runs++}`,
    machine: { host: 'bench', pid: process.pid },
    actor: 'bench',
    concurrency: CONNECTIONS,
    maxShare: 50,
  });
  return { monitor, close: checker.close };
}

async function cpuSecondsOf(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

async function main([targets = '5000', rounds = '5']) {
  const count = Number(targets);
  const folder = mkdtempSync(path.join(tmpdir(), 'maint-bench-'));
  const server = await startServer();
  const store = await openStore({ path: path.join(folder, 'maint.db'), now: () => new Date() });
  const domains = Array.from({ length: count }, (_, index) => `site-${index}.example`);
  const now = new Date().toISOString();
  store.sites.insert(
    domains.map((domain) => ({ ...PLAIN_SITE, domain, zoneName: domain })),
    now,
  );
  store.transaction(() => {
    for (const domain of domains) {
      store.targets.insert(domain, { ...DEFAULT_POLICY, url: `https://${domain}/health/` }, now);
    }
  });
  const dispatcher = new Agent({ connections: CONNECTIONS });
  const { monitor, close } = await openMonitor(store, server.port);
  const seconds = { bare: [], monitor: [] };
  // The first round opens connections and warms the code.
  for (let round = 0; round <= Number(rounds); round += 1) {
    const bare = await cpuSecondsOf(() => bareLoop(dispatcher, server.port, count));
    const ours = await cpuSecondsOf(async () => {
      const { checks } = await monitor.pass({ now: true });
      if (checks.some(({ ok }) => !ok)) throw new Error('a check of the bench failed');
    });
    if (round === 0) continue;
    seconds.bare.push(bare);
    seconds.monitor.push(ours);
  }
  const bare = count / median(seconds.bare);
  const ours = count / median(seconds.monitor);
  console.log(`bare undici loop   ${bare.toFixed(0)} checks per CPU second`);
  console.log(
    `monitor            ${ours.toFixed(0)} checks per CPU second, ${((ours / bare) * 100).toFixed(0)} % of it (at least 50)`,
  );
  console.log(
    `${count} targets at 60 s  ${((median(seconds.monitor) / 60) * 100).toFixed(1)} % of one core (under 33)`,
  );
  console.log(
    `memory             ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most (under 200)`,
  );
  await Promise.all([close(), dispatcher.close()]);
  store.close();
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}

if (process.argv[2] === 'serve') serve();
else await main(process.argv.slice(2));
