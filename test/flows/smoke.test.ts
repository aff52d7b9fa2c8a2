import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMaint } from '../../src/maint.js';
import { describeEnvironment, startSandbox } from '../../src/sandbox/sandbox.js';

it('puts pages up and takes them down', async () => {
  const sandbox = await startSandbox({ fleet: 'demo', record: true });
  const env = describeEnvironment(sandbox);
  const [host, port] = env.MAINT_CONNECT_TO!.split(':');
  const maint = await createMaint({
    token: sandbox.tokens.all,
    tokenSource: 'test',
    accountId: null,
    baseUrl: sandbox.apiUrl,
    dbPath: join(await mkdtemp(join(tmpdir(), 'maint-')), 'maint.db'),
    actor: 'ann',
    connectTo: { host: host!, port: Number(port) },
    proxy: {},
    maxWaitMs: 1000,
  });
  const before = sandbox.snapshot();
  const found = await maint.discover({ actor: 'ann' });
  console.log(found.discovered, found.sites.map((s) => `${s.domain} ${s.note}`));
  const sites = maint.store.sites.select();
  const prepared = await maint.prepareEnable(sites, { actor: 'ann', reason: 'test', message: 'Back soon' });
  console.log(prepared.estimate, prepared.plan.warnings, prepared.refusals);
  const report = await prepared.apply();
  for (const s of report.sites) console.log(s.domain, s.outcome, s.verified, s.error?.message, s.changes.map((c) => `${c.action} ${c.pattern}`).join(' '));
  console.log(report.summary, report.requests, report.durationMs, report.warnings);
  const status = await maint.status(maint.store.sites.select(), { verify: true });
  for (const s of status.sites) console.log(s.domain, s.recorded, s.observed, s.drift, s.verified, s.notes);
  const down = await (await maint.prepareDisable(maint.store.sites.select(), { actor: 'ann' })).apply();
  for (const s of down.sites) console.log(s.domain, s.outcome, s.verified, s.error?.message, s.changes.map((c) => `${c.action} ${c.pattern}`).join(' '));
  console.log(down.summary, down.requests, down.durationMs, down.warnings);
  expect(sandbox.snapshot()).toEqual(before);
  await maint.close();
  await sandbox.close();
});
