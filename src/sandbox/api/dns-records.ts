/** /zones/{id}/dns_records. Source: Cloudflare API schema, "DNS Records for a Zone". */
import type { SandboxDnsRecord, SandboxState } from '../state.js';
import { checkConflicts, readRecord } from './dns-rules.js';
import type { Call, Endpoint } from './endpoint.js';
import { type Answer, refuse, succeed } from './envelope.js';
import { answerPage, LIST_OF_HUNDRED } from './paging.js';

const LIST = '/zones/:zone/dns_records';
const ONE = `${LIST}/:record`;

export const dnsEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: LIST, needs: ['DNS Read'], handle: listRecords },
  { method: 'POST', path: LIST, needs: ['DNS Write'], handle: createRecord },
  { method: 'GET', path: ONE, needs: ['DNS Read'], handle: (call) => succeed(recordObject(recordOf(call))) },
  { method: 'PUT', path: ONE, needs: ['DNS Write'], handle: (call) => editRecord(call, {}) },
  { method: 'PATCH', path: ONE, needs: ['DNS Write'], handle: (call) => editRecord(call, recordOf(call)) },
  { method: 'DELETE', path: ONE, needs: ['DNS Write'], handle: removeRecord },
];

type RecordTest = (record: SandboxDnsRecord) => boolean;

function listRecords(call: Call): Answer {
  const tests = recordTests(call.query);
  const any = call.query.get('match') === 'any' && tests.length > 0;
  const records = recordsOf(call.world.state, call.zone.id)
    .filter((record) => (any ? tests.some((test) => test(record)) : tests.every((test) => test(record))))
    .map(recordObject);
  const order = call.query.get('order') ?? 'name';
  const sign = call.query.get('direction') === 'desc' ? -1 : 1;
  records.sort((a, b) => sign * String(a[order]).localeCompare(String(b[order])));
  return answerPage(records, call.query, LIST_OF_HUNDRED);
}

function recordTests(query: URLSearchParams): RecordTest[] {
  const tests: RecordTest[] = [];
  for (const field of ['name', 'type', 'content'] as const) {
    const wanted = (query.get(field) ?? query.get(`${field}.exact`))?.toLowerCase();
    if (wanted !== undefined) tests.push((record) => record[field].toLowerCase() === wanted);
    if (field === 'type') continue;
    for (const [part, holds] of PARTIAL_TESTS) {
      const piece = query.get(`${field}.${part}`)?.toLowerCase();
      if (piece !== undefined) tests.push((record) => holds(record[field].toLowerCase(), piece));
    }
  }
  const proxied = query.get('proxied');
  if (proxied !== null) tests.push((record) => String(record.proxied) === proxied);
  const comment = query.get('comment.exact') ?? query.get('comment');
  if (comment !== null) tests.push((record) => record.comment === comment);
  return tests;
}

const PARTIAL_TESTS = [
  ['contains', (text: string, piece: string) => text.includes(piece)],
  ['startswith', (text: string, piece: string) => text.startsWith(piece)],
  ['endswith', (text: string, piece: string) => text.endsWith(piece)],
] as const;

function createRecord(call: Call): Answer {
  const { world, zone } = call;
  const fields = readRecord(call.jsonObject(6007), zone.name);
  checkConflicts(recordsOf(world.state, zone.id), fields);
  const now = world.timestamp();
  const record: SandboxDnsRecord = { ...fields, id: world.newId(), createdOn: now, modifiedOn: now };
  return write(call, [...recordsOf(world.state, zone.id), record], record);
}

/** @param kept fields that stay where the body does not name them: none for PUT, all for PATCH */
function editRecord(call: Call, kept: Partial<SandboxDnsRecord>): Answer {
  const { world, zone } = call;
  const old = recordOf(call);
  const fields = readRecord({ ...kept, ...call.jsonObject(6007) }, zone.name);
  const others = recordsOf(world.state, zone.id).filter(({ id }) => id !== old.id);
  checkConflicts(others, fields);
  const record = { ...fields, id: old.id, createdOn: old.createdOn, modifiedOn: world.timestamp() };
  return write(call, [...others, record], record);
}

function removeRecord(call: Call): Answer {
  const { id } = recordOf(call);
  const { state } = call.world;
  const rest = recordsOf(state, call.zone.id).filter((record) => record.id !== id);
  state.dns.set(call.zone.id, rest);
  call.world.changed();
  return succeed({ id });
}

function write(call: Call, records: SandboxDnsRecord[], written: SandboxDnsRecord): Answer {
  call.world.state.dns.set(call.zone.id, records);
  call.world.changed();
  return succeed(recordObject(written));
}

function recordsOf(state: SandboxState, zoneId: string): SandboxDnsRecord[] {
  return state.dns.get(zoneId) ?? [];
}

function recordOf(call: Call): SandboxDnsRecord {
  const record = recordsOf(call.world.state, call.zone.id).find(({ id }) => id === call.param('record'));
  if (!record) throw refuse(404, 81044, 'Record does not exist.');
  return record;
}

function recordObject(record: SandboxDnsRecord): Record<string, unknown> {
  const { createdOn, modifiedOn, ...fields } = record;
  return {
    ...fields,
    proxiable: ['A', 'AAAA', 'CNAME'].includes(record.type),
    settings: {},
    meta: { auto_added: false, source: 'primary' },
    created_on: createdOn,
    modified_on: modifiedOn,
  };
}
