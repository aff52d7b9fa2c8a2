import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { route, SampleState, script, visit, worker } from './sample-state.js';
import { children, start } from './started-edge.js';

describe('a change', () => {
  it('of a script is served by the next request, and loses none under way', async () => {
    const slow = `export default { async fetch() { await scheduler.wait(300); return new Response('first'); } };`;
    const sample = new SampleState().zone('a.test', [route('a.test/*', 'w')]).upload(script('w', slow));
    const { port, edge } = await start(sample);
    const underWay = visit(port, 'a.test/');
    await new Promise((resolve) => setTimeout(resolve, 50));
    sample.upload(script('w', worker('"second"')));
    const before = performance.now();
    const burst = await Promise.all(Array.from({ length: 20 }, () => visit(port, 'a.test/')));
    expect(new Set(burst.map(({ body }) => body))).toEqual(new Set(['second']));
    expect(performance.now() - before).toBeLessThan(2_000);
    expect((await underWay).body).toBe('first');
    await edge.ready();
    await expect.poll(() => children('workerd')).toHaveLength(1);
  });

  it('of routes alone starts no other process', async () => {
    const routes = [route('a.test/*', 'w')];
    const sample = new SampleState().zone('a.test', routes).upload(script('w', worker('"worker"')));
    const { port, edge } = await start(sample);
    expect((await visit(port, 'a.test/health')).body).toBe('worker');
    const before = children('workerd');
    sample.routes('a.test', [...routes, route('a.test/health*', null)]);
    await edge.ready();
    expect((await visit(port, 'a.test/')).body).toBe('worker');
    expect((await visit(port, 'a.test/health')).body).toBe('ok\n');
    expect(children('workerd')).toEqual(before);
  });

  it('of a bound script is seen by those bound to it', async () => {
    const bindings = [{ type: 'service', name: 'NEXT', service: 'inner' }];
    const outer = 'export default { fetch(request, env) { return env.NEXT.fetch(request); } };';
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'outer')])
      .upload(script('outer', outer, { bindings }));
    const { port } = await start(sample);
    expect((await visit(port, 'a.test/')).body).toContain('Error 1101');
    sample.upload(script('inner', worker('"first"')));
    expect((await visit(port, 'a.test/')).body).toBe('first');
    sample.upload(script('inner', worker('"second"')));
    expect((await visit(port, 'a.test/')).body).toBe('second');
  });
});

it('runs many Workers and keeps only some of their processes', async () => {
  const sample = new SampleState();
  const names = Array.from({ length: 36 }, (_, index) => `w${index}`);
  for (const name of names) {
    sample.zone(`${name}.test`, [route(`${name}.test/*`, name)]).upload(script(name, worker(`"${name}"`)));
  }
  const { port } = await start(sample);
  const answers = await Promise.all(names.map((name) => visit(port, `${name}.test/`)));
  expect(answers.map(({ body }) => body)).toEqual(names);
  await expect.poll(() => children('workerd').length).toBeLessThanOrEqual(32);
  expect((await visit(port, 'w0.test/')).body).toBe('w0');
});

describe('a process', () => {
  it('is replaced when its process dies', async () => {
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'w')])
      .upload(script('w', worker('"back"')));
    const { port } = await start(sample);
    await visit(port, 'a.test/');
    const [pid] = children('workerd');
    process.kill(Number(pid), 'SIGKILL');
    await expect.poll(() => children('workerd')).not.toContain(pid);
    // A request that comes before its end was noticed is reset, as by a machine that crashes.
    const body = async () => (await visit(port, 'a.test/')).body;
    await expect.poll(body, { timeout: 10_000 }).toBe('back');
  });
});

describe('no process is left', () => {
  it('after close', async () => {
    const sample = new SampleState().zone('a.test', [route('a.test/*', 'w')]);
    const { edge, port } = await start(sample.upload(script('w', worker('1'))));
    await visit(port, 'a.test/');
    expect(children('workerd')).toHaveLength(1);
    await edge.close();
    expect(children('workerd')).toEqual([]);
    await expect.poll(() => children('sh')).toEqual([]);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('after %s', async (signal) => {
    const directory = await mkdtemp(join(process.cwd(), 'node_modules', '.edge-test-'));
    try {
      const program = await buildProgram(directory);
      const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [pid] = (await once(createInterface(child.stdout), 'line')) as [string];
      expect(isAlive(pid)).toBe(true);
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;

      await expect.poll(() => isAlive(pid)).toBe(false);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

/** A program that opens an edge and prints the id of its workerd. */
async function buildProgram(directory: string): Promise<string> {
  const outfile = join(directory, 'program.mjs');
  const contents = `
    import { execFileSync } from 'node:child_process';
    import { startEdge } from './src/sandbox/edge/edge.js';
    import { route, SampleState, script, visit, worker } from './test/unit/sandbox-edge/sample-state.js';
    const sample = new SampleState().zone('a.test', [route('a.test/*', 'w')]);
    const edge = await startEdge(sample.upload(script('w', worker('1'))).state, { host: '127.0.0.1' });
    await visit(edge.port, 'a.test/');
    console.log(execFileSync('pgrep', ['-x', '-P', String(process.pid), 'workerd']).toString().trim());`;
  await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** A process that has ended but that nobody has reaped yet is not alive. */
function isAlive(pid: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid]);
  return /^[^Z\s]/.test(stdout.toString().trim());
}
