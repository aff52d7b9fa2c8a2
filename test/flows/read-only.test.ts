import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMaint } from '../../src/index.js';
import { type Bench, startBench } from '../support/bench.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';

/** The settings of the machine say `readOnly`, after a page was put up. */
describe('readOnly in the settings', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
    expect((await bench.maint('discover')).code).toBe(0);
    expect((await bench.maint('enable', LAW, '--yes')).code).toBe(0);
    const folder = path.join(bench.folder, '.config', 'maint');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'config.json'), '{"readOnly":true}');
  });
  afterAll(() => bench.close());

  it.each([
    ['enable', BAKERY, '--yes'],
    ['enable', BAKERY, '--yes', '--force'],
    ['disable', LAW, '--yes'],
    ['resume'],
    ['setup', BAKERY, '--yes'],
    ['teardown', BAKERY, '--yes'],
  ])('refuses maint %s %s %s %s with 7 and changes nothing', async (...argv) => {
    const before = bench.sandbox.snapshot();
    const run = await bench.maint(...argv);
    expect([run.code, run.stderr]).toEqual([7, expect.stringContaining('The settings say readOnly')]);
    expect(run.stderr).toContain("hint: See what it would do with '--dry-run'");
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it.each([
    ['list'],
    ['status'],
    ['discover'],
    ['enable', BAKERY, '--dry-run'],
    ['disable', LAW, '--dry-run'],
    ['doctor'],
    ['bypass', LAW],
  ])('lets one look: maint %s %s %s', async (...argv) => {
    const before = bench.sandbox.snapshot();
    expect((await bench.maint(...argv)).code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('keeps the monitor from acting, which says why', async () => {
    bench.sandbox.state.origins.set(BAKERY, { mode: 'refuse' });
    const target = ['--auto-enable', '--failures', '1', '--no-try'];
    expect((await bench.maint('target', 'add', BAKERY, ...target)).code).toBe(0);
    const pass = await bench.maint('monitor', '--once', '--now', '--witness', 'none', '--json');
    expect(JSON.parse(pass.stdout).actions).toMatchObject([
      { domain: BAKERY, action: 'enable', reason: expect.stringContaining('readOnly') },
    ]);
    expect(bench.routesOf(BAKERY)).toEqual([]);
    const explained = await bench.maint('monitor', 'explain', BAKERY);
    expect(explained.stdout).toContain('It will not be done: The settings say readOnly');
  });

  it('holds in the library too, down to the single request', async () => {
    await using maint = await createMaint({
      token: bench.sandbox.tokens.all,
      baseUrl: bench.env.CLOUDFLARE_API_BASE_URL ?? '',
      dbPath: bench.db,
      readOnly: true,
    });
    const refused = { code: 'guard-refused' };
    await expect(maint.sites().filter({ domain: BAKERY }).enableMaintenance({})).rejects.toMatchObject(
      refused,
    );
    const upload = maint.cloudflare.deployWorker(bench.zoneId(BAKERY), 'extra', 'export default {}');
    await expect(upload).rejects.toMatchObject(refused);
  });
});
