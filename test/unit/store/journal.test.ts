import { expect, test } from 'vitest';
import type { LogEntry } from '../../../src/model/log.js';
import type { Intention } from '../../../src/model/operation.js';
import { open, raw, temporaryFolder } from './store-fixture.js';

const T1 = '2026-11-23T12:00:00.000Z';
const T2 = '2026-11-23T13:00:00.000Z';

function intention(fields: Partial<Intention> = {}): Intention {
  return {
    runId: 'run-1',
    eventId: 'e1',
    accountId: 'account-1',
    zoneId: 'zone-1',
    domain: 'a.example',
    action: 'take-over-route',
    subject: 'a.example/*',
    before: {
      id: 'r1',
      pattern: 'a.example/*',
      script: 'shop',
      request_limit_fail_open: true,
      future: { x: [1] },
    },
    after: { id: 'r1', pattern: 'a.example/*', script: 'maint-e1' },
    actor: 'ann',
    startedAt: T1,
    ...fields,
  };
}

function entry(fields: Partial<LogEntry> = {}): Omit<LogEntry, 'id'> {
  return {
    at: T1,
    level: 'info',
    action: 'enable',
    actor: 'ann',
    domain: null,
    eventId: null,
    runId: null,
    message: 'asked',
    ...fields,
  };
}

test('an intention keeps every field of the route, known or not, and is open until it settles', async () => {
  const store = await open();
  expect(store.operations.lastId()).toBe(0);
  const [first, second] = store.operations.intend([intention(), intention({ domain: 'b.example' })]);
  expect(store.operations.unsettled()).toEqual([
    { ...intention(), id: first, state: 'intended', finishedAt: null, error: null },
    { ...intention({ domain: 'b.example' }), id: second, state: 'intended', finishedAt: null, error: null },
  ]);
  const after = { id: 'r9', pattern: 'a.example/*', script: 'maint-e1' };
  const error = { code: 'outcome-unknown', message: 'The answer was lost.', hint: null, ray: 'abc' };
  store.operations.settle(
    [
      { id: first ?? 0, state: 'done', after },
      { id: second ?? 0, state: 'unknown', error },
    ],
    T2,
  );
  expect(store.operations.unsettled().map(({ id }) => id)).toEqual([second]);
  expect(store.operations.ofEvent('e1')).toMatchObject([
    { state: 'done', after, finishedAt: T2, error: null },
    { state: 'unknown', after: intention().after, error },
  ]);
  expect(store.operations.lastId()).toBe(second);
});

test('settling is whole or nothing, and an unknown operation is a mistake of ours', async () => {
  const store = await open();
  const [id = 0] = store.operations.intend([intention()]);
  const outcomes = [
    { id, state: 'done' as const },
    { id: 77, state: 'done' as const },
  ];
  expect(() => store.operations.settle(outcomes, T2)).toThrow(expect.objectContaining({ code: 'internal' }));
  expect(store.operations.ofEvent('e1')).toMatchObject([{ state: 'intended' }]);
  expect(store.log.read({})).toEqual([]);
});

test('an intention is on the disk when `intend` returns: another process sees it', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  const store = await open({ path });
  store.operations.intend([intention()]);
  expect(raw(path).prepare('select state from operations').pluck().all()).toEqual(['intended']);
});

test('finding the unsettled operations uses the index made for it', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  await open({ path });
  const plan = raw(path)
    .prepare("explain query plan select * from operations where state in ('intended', 'unknown') order by id")
    .all();
  expect(JSON.stringify(plan)).toContain('operations_unsettled');
});

test('each outcome is a line of the log, with what it changed and how it ended', async () => {
  const store = await open();
  const created = intention({ action: 'create-route', before: null });
  const deleted = intention({ action: 'delete-route', after: null });
  const upload = intention({ action: 'upload-script', subject: 'maint-e1', before: null, after: null });
  const ids = store.operations.intend([intention(), created, deleted, upload]);
  const states = ['done', 'failed', 'unknown', 'done'] as const;
  const error = { code: 'remote-refused', message: 'No.', hint: null, ray: null };
  store.operations.settle(
    ids.map((id, n) => ({ id, state: states[n] ?? 'done', ...(n === 1 && { error }) })),
    T2,
  );
  expect(store.log.read({}).map(({ level, message }) => `${level} ${message}`)).toEqual([
    'info take-over-route a.example/* (shop → maint-e1)',
    'error create-route a.example/* (no route → maint-e1): failed, No.',
    'warning delete-route a.example/* (shop → no route): unknown',
    'info upload-script maint-e1',
  ]);
  expect(store.log.read({})[0]).toMatchObject({
    at: T2,
    action: 'take-over-route',
    actor: 'ann',
    domain: 'a.example',
    eventId: 'e1',
    runId: 'run-1',
  });
});

test('the log is read oldest first, through any filter', async () => {
  const store = await open();
  store.log.write([
    entry({ message: '1', at: T1 }),
    entry({ message: '2', at: T1, domain: 'a.example', level: 'warning' }),
    entry({ message: '3', at: T2, domain: 'b.example', level: 'error', eventId: 'e1' }),
    entry({ message: '4', at: T2, action: 'disable', runId: 'run-1' }),
  ]);
  const read = (filter: Parameters<typeof store.log.read>[0]) =>
    store.log.read(filter).map((line) => line.message);
  expect(read({})).toEqual(['1', '2', '3', '4']);
  expect(read({ domains: ['a.example', 'b.example'] })).toEqual(['2', '3']);
  expect(read({ domains: [] })).toEqual([]);
  expect(read({ level: 'warning' })).toEqual(['2', '3']);
  expect(read({ level: 'error' })).toEqual(['3']);
  expect(read({ eventId: 'e1' })).toEqual(['3']);
  expect(read({ action: 'disable' })).toEqual(['4']);
  expect(read({ since: T2 })).toEqual(['3', '4']);
  expect(read({ until: T1 })).toEqual(['1', '2']);
  expect(read({ limit: 2 })).toEqual(['3', '4']);
});

test('following the log: what came after an id, in order, from all writers', async () => {
  const path = `${temporaryFolder()}/maint.db`;
  const [one, two] = [await open({ path }), await open({ path })];
  one.log.write([entry({ message: '1' })]);
  const last = one.log.read({}).at(-1)?.id ?? 0;
  two.log.write([entry({ message: '2', at: T1 })]);
  one.log.write([entry({ message: '3', at: '2020-01-01T00:00:00.000Z' })]);
  expect(one.log.read({ afterId: last }).map(({ message }) => message)).toEqual(['2', '3']);
  expect(one.log.read({ afterId: last, limit: 1 }).map(({ message }) => message)).toEqual(['2']);
});
