/** Real processes on one file: started together, and killed in the middle of their writes. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, raw, temporaryFolder } from './store-fixture.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Below the root, so that the migrations of the package are found. */
const folder = join(root, 'node_modules', `.maint-store-${process.pid}`);

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(root, 'src/store/open.ts')],
    outfile: join(folder, 'open.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  writeFileSync(
    join(folder, 'writer.mjs'),
    `import { openStore } from './open.mjs';
     const [path, name, count] = process.argv.slice(2);
     const store = await openStore({ path, now: () => new Date() });
     for (let n = 0; n < Number(count); n++) {
       const [id] = store.operations.intend([{ runId: name, eventId: null, accountId: 'a', zoneId: null,
         domain: name + n, action: 'create-route', subject: 's', before: null, after: null, actor: 'x', startedAt: '' }]);
       process.send(id);
       await new Promise(setImmediate);
     }
     store.close();
     process.disconnect();`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writer(path: string, name: string, count: number): { child: ChildProcess; committed: number[] } {
  const committed: number[] = [];
  const child = fork(join(folder, 'writer.mjs'), [path, name, String(count)]);
  child.on('message', (id) => committed.push(Number(id)));
  return { child, committed };
}

test('four processes that start at once on no file: one store, every write', async () => {
  const path = join(temporaryFolder(), 'state', 'maint.db');
  const writers = ['a', 'b', 'c', 'd'].map((name) => writer(path, name, 25));
  const exits = await Promise.all(writers.map(({ child }) => once(child, 'exit')));
  expect(exits.map(([code]) => code)).toEqual([0, 0, 0, 0]);
  expect((await open({ path })).operations.unsettled()).toHaveLength(100);
  expect(raw(path).pragma('integrity_check', { simple: true })).toBe('ok');
});

test('killed at any time, from the first start on: what was committed is there, and nobody must repair', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  const committed: number[] = [];
  for (const wish of [0, 0, 1, 3, 10, 30]) {
    const run = writer(path, 'a', 1_000);
    // With a wish of 0 it dies at some moment of starting, opening or migrating.
    if (wish === 0) await new Promise((resolve) => setTimeout(resolve, 150));
    while (run.committed.length < wish) await once(run.child, 'message');
    run.child.kill('SIGKILL');
    await once(run.child, 'exit');
    committed.push(...run.committed);
    const database = raw(path);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('foreign_key_check')).toEqual([]);
  }
  const store = await open({ path });
  const found = new Set(store.operations.unsettled().map(({ id }) => id));
  expect(committed.length).toBeGreaterThanOrEqual(44);
  expect(committed.filter((id) => !found.has(id))).toEqual([]);
});
