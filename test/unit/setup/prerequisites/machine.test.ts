import { describe, expect, it } from 'vitest';
import { lookAt } from '../../../../src/setup/prerequisites/look.js';
import { MACHINE_PREREQUISITES, type MachineFacts } from '../../../../src/setup/prerequisites/machine.js';

const MIB = 1 << 20;
const STORE: MachineFacts['store'] = {
  path: '/var/lib/maint/maint.db',
  exists: true,
  bytes: 4096,
  fault: null,
  danglingRows: 0,
  exposed: [],
  newestBackup: '/var/lib/maint/maint.db.backup-5',
  freeBytes: 500 * MIB,
};
const RUNS: NonNullable<MachineFacts['runs']> = {
  sites: 3,
  holders: [],
  unfinished: [],
  unsettled: 0,
  setups: [],
};
const FACTS: MachineFacts = {
  node: '22.4.0',
  sqlite: '3.53.0',
  baseUrl: 'https://api.cloudflare.com/client/v4',
  proxy: null,
  store: STORE,
  exposedTokenFile: null,
  runs: RUNS,
};

async function finding(id: string, fields: Partial<MachineFacts>) {
  const checks = await lookAt(MACHINE_PREREQUISITES, { ...FACTS, ...fields }, null);
  return checks.find((check) => check.id === id);
}

describe('this machine', () => {
  it('is in order, and then nothing is to be done', async () => {
    const checks = await lookAt(MACHINE_PREREQUISITES, FACTS, null);
    expect(new Set(checks.map(({ status }) => status))).toEqual(new Set(['ok']));
    expect(checks.every(({ nextStep, code }) => nextStep === null && code === null)).toBe(true);
  });

  it.each([
    ['18.20.0', 'failed'],
    ['20.18.9', 'failed'],
    ['20.19.0', 'ok'],
    ['26.0.0', 'ok'],
  ])('with Node.js %s: %s', async (node, status) => {
    expect((await finding('node', { node }))?.status).toBe(status);
  });

  it.each([
    [9, 'failed'],
    [99, 'warning'],
    [100, 'ok'],
  ])('with %i MiB free: %s', async (mib, status) => {
    const store = { ...STORE, freeBytes: mib * MIB };
    expect((await finding('disk', { store }))?.status).toBe(status);
  });

  it('tells which way the API is reached', async () => {
    expect((await finding('proxy', { proxy: 'http://proxy.example:3128' }))?.message).toBe(
      'To https://api.cloudflare.com/client/v4 through the proxy http://proxy.example:3128.',
    );
  });
});

describe('the store', () => {
  it('that is damaged fails with what the store advises', async () => {
    const fault = { code: 'store-damaged', message: 'It is damaged.', hint: 'Take the backup.', ray: null };
    expect(await finding('store', { store: { ...STORE, fault }, runs: null })).toMatchObject({
      status: 'failed',
      code: 'store-damaged',
      nextStep: 'Take the backup.',
    });
  });

  it('fails with rows that refer to nothing', async () => {
    expect(await finding('store', { store: { ...STORE, danglingRows: 2 } })).toMatchObject({
      status: 'failed',
      message: '2 rows refer to rows that are gone.',
    });
  });

  it('needs no backup while the catalogue is empty', async () => {
    const store = { ...STORE, newestBackup: null };
    expect((await finding('backup', { store }))?.status).toBe('warning');
    expect((await finding('backup', { store, runs: { ...RUNS, sites: 0 } }))?.status).toBe('skipped');
  });

  it('that cannot be opened leaves runs unknown', async () => {
    expect((await finding('locks', { runs: null }))?.status).toBe('skipped');
    expect((await finding('unfinished', { runs: null }))?.status).toBe('skipped');
  });
});

describe('runs', () => {
  it('that died are named, with changes of unknown outcome', async () => {
    const runs = { ...RUNS, unfinished: ['a.example', 'b.example'], unsettled: 2 };
    expect(await finding('unfinished', { runs })).toMatchObject({
      status: 'warning',
      message: 'a.example, b.example half done, 2 changes of unknown outcome.',
      nextStep: expect.stringContaining('maint resume'),
    });
  });

  it('of setup that died are named too', async () => {
    const runs = { ...RUNS, setups: ['a.example'] };
    expect(await finding('unfinished', { runs })).toMatchObject({
      status: 'warning',
      message: 'a.example half set up.',
    });
  });

  it('at work are no runs that died', async () => {
    const holder = { runId: 'r', pid: 7, host: 'h', command: 'enable', actor: 'eve', since: 'now' };
    const runs = { ...RUNS, holders: [holder], unfinished: ['a.example'] };
    expect((await finding('locks', { runs }))?.message).toBe('At work: enable by eve on h (7) since now.');
    expect((await finding('unfinished', { runs }))?.status).toBe('skipped');
  });
});
