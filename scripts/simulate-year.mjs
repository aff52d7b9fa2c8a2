/**
 * A year of many sites under the monitor, on a clock that runs as fast as the machine can; see test/simulation.
 * Ends with 1 where the monitor broke a promise, and says when; the same seed shows it again.
 *
 *   node scripts/simulate-year.mjs [--seed n] [--sites 300] [--days 365] [--seconds 60] [--mode cron|loop] [--until day]
 */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const ENTRY = fileURLToPath(new URL('../test/simulation/simulation.ts', import.meta.url));
const FOLDER = fileURLToPath(new URL('../node_modules/.cache/maint/', import.meta.url));

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    sites: { type: 'string', default: '300' },
    days: { type: 'string', default: '365' },
    seconds: { type: 'string', default: '60' },
    mode: { type: 'string', default: 'cron' },
    until: { type: 'string' },
  },
});

async function loadSimulation() {
  mkdirSync(FOLDER, { recursive: true });
  const outfile = `${FOLDER}simulation-${process.pid}.mjs`;
  const how = { bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' };
  await build({ entryPoints: [ENTRY], outfile, ...how });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

const { runSimulation } = await loadSimulation();
const options = {
  seed: Number(values.seed),
  sites: Number(values.sites),
  days: Number(values.days),
  intervalMs: Number(values.seconds) * 1_000,
  mode: values.mode,
  ...(values.until === undefined ? {} : { until: Number(values.until) }),
  store: 'light',
  onDay: (day) => process.stderr.write(day % 10 === 0 ? `day ${day}\n` : ''),
};
console.log(
  `seed ${values.seed}: ${values.sites} sites, ${values.days} days, each checked every ${values.seconds} s, as a ${values.mode}`,
);
const started = performance.now();
const { violations, counts } = await runSimulation(options);
const cpu = process.cpuUsage();
const seconds = ((performance.now() - started) / 1_000).toFixed(0);
console.log(`took ${seconds} s, ${((cpu.user + cpu.system) / 1e6).toFixed(0)} s of them on the processor`);
for (const [name, count] of Object.entries(counts)) console.log(`${name.padEnd(12)}${count}`);
const kinds = new Map();
for (const { broken } of violations) kinds.set(broken, (kinds.get(broken) ?? 0) + 1);
for (const [broken, times] of kinds) console.log(`BROKEN ${times} times: ${broken}`);
for (const { broken, domain, minute } of violations.slice(0, 50)) {
  console.log(`BROKEN minute ${minute}: ${broken}${domain === null ? '' : ` (${domain})`}`);
}
console.log(
  violations.length === 0 ? 'Every promise was kept.' : `${violations.length} promises were broken.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
