import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { documentOf, listDocument, runDocument } from '../support/documents.js';
import { runMaint } from '../support/run-maint.js';
import { EXECUTABLE, endOf, spawnMaint, startMaint } from '../support/spawn-maint.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';

describe('the executable', () => {
  let bench: Bench;
  let env: Record<string, string>;
  beforeAll(async () => {
    bench = await startBench({ fleet: 'plain', zones: 400 });
    env = { ...bench.env, HOME: bench.folder, XDG_CONFIG_HOME: bench.folder };
    expect((await bench.maint('discover')).code).toBe(0);
  });
  afterAll(() => bench.close());

  it('writes all of it to a pipe, however long', async () => {
    const { code, stdout, stderr } = await spawnMaint(['list', '--json'], env);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.length).toBeGreaterThan(2 * 65_536);
    expect(documentOf({ code: 0, stdout }, listDocument).total).toBe(400);
  });

  it('does not mind a reader that leaves early', () => {
    const script = `"${process.execPath}" "${EXECUTABLE}" list --json | head -c 10; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    expect([stdout.split(' ').pop(), stderr]).toEqual(['0\n', '']);
  });

  it('reads domains from standard input', async () => {
    const input = 'site-0001.example\nsite-0002.example\n';
    const up = await spawnMaint(['enable', '-', '--yes', '--json'], env, input);
    expect(documentOf({ code: up.code!, stdout: up.stdout }, runDocument).summary).toMatchObject({
      changed: 2,
    });
    const down = await spawnMaint(['disable', '-', '--yes', '--quiet'], env, input);
    expect([down.code, down.stderr]).toEqual([0, '']);
  });

  it('never waits for an answer that nobody can give', async () => {
    const { code, stderr } = await spawnMaint(['enable', 'site-0001.example'], env);
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  });

  it('exits with 2 for a word that is no command, and prints help and version', async () => {
    const [wrong, help, version] = await Promise.all([
      spawnMaint(['enabel'], env),
      spawnMaint(['--help'], env),
      spawnMaint(['--version'], env),
    ]);
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain("'enable'");
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: exit %i within 7 s with one document; resume and disable go on', async (signal, code) => {
    const bench = await startBench({ latencyMs: 10 });
    const before = bench.sandbox.snapshot();
    await bench.maint('discover');
    const env = { ...bench.env, HOME: bench.folder };
    const argv = ['enable', '--all', '--concurrency', '1', '--yes', '--json'];
    let started = 0;
    let stop = () => {};
    bench.sandbox.faults.add({
      method: 'POST',
      path: '/zones/*/workers/routes',
      nth: 2,
      hook: (_request, when) => {
        if (when === 'before') stop();
      },
    });
    bench.sandbox.faults.add({ method: 'PUT', path: '/accounts/*/workers/scripts/*/routes', html: 400 });
    const run = startMaint(argv, env);
    stop = () => {
      started ||= performance.now();
      run.process.kill(signal);
    };
    const ended = await run.ended;
    expect(ended.code).toBe(code);
    expect(started).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(7_000);
    const document = documentOf({ code, stdout: ended.stdout }, runDocument);
    expect(document.error).toMatchObject({ code: 'interrupted' });
    bench.sandbox.faults.clear();
    bench.landed();
    expect((await bench.maint('resume')).code).toBe(0);
    expect((await bench.maint('disable', '--all', '--yes')).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
    await bench.close();
  });

  it('ends by force within 7 s where the API hangs, still with one document', async () => {
    const bench = await startBench();
    await bench.maint('discover');
    bench.sandbox.faults.add({ delayMs: 20_000 });
    const run = startMaint(['status', '--json'], { ...bench.env, HOME: bench.folder });
    await expect.poll(() => bench.sandbox.requests.length, { timeout: 20_000 }).toBeGreaterThan(1);
    const started = performance.now();
    run.process.kill('SIGTERM');
    await run.says('Stopping');
    run.process.kill('SIGTERM');
    const { code, stdout } = await run.ended;
    expect(code).toBe(143);
    expect(performance.now() - started).toBeLessThan(7_000);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'interrupted' } });
    await bench.close();
  });
});

describe('a terminal', () => {
  const script = spawnSync('script', ['--version']).status === 0;

  it.skipIf(!script)('asks one line that names the number, and obeys', async () => {
    const bench = await startBench();
    await bench.maint('discover');
    const command = `stty cols 90; "${process.execPath}" "${EXECUTABLE}" enable ${BAKERY} ${LAW}; echo "exit $?"`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { PATH: process.env.PATH, ...bench.env, HOME: bench.folder, TERM: 'xterm-256color' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await expect.poll(() => output, { timeout: 15_000 }).toContain('Put the page up on 2 sites?');
    child.stdin.write('y\r');
    await endOf(child);
    expect(output).toContain('exit 0');
    expect(output).toContain('2 sites in maintenance');
    expect(bench.routesOf(BAKERY)).toHaveLength(2);
    await bench.maint('disable', BAKERY, LAW, '--yes');
    await bench.close();
  });
});

describe('maint sandbox', () => {
  it('prints the environment to use it, and a second process uses it', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'maint-sandbox-'));
    const run = startMaint(['sandbox', '--zones', '3', '--no-edge'], { HOME: home });
    await run.says('Ctrl-C stops it');
    const exported = run.said().stdout.matchAll(/^export (\w+)='([^']*)'$/gm);
    const environment = Object.fromEntries([...exported].map(([, name, value]) => [name, value]));
    expect(environment.CLOUDFLARE_API_TOKEN).toMatch(/^cfut_/);
    const env = { ...environment, MAINT_DB: path.join(home, 's.db') };
    const list = await runMaint(['discover', '--json'], { env, home });
    expect(JSON.parse(list.stdout)).toMatchObject({ ok: true, discovered: 3, created: 3 });
    run.process.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    rmSync(home, { recursive: true });
  });
});
