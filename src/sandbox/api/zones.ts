/** GET /zones, GET|PATCH /zones/{id}. Source: Cloudflare API schema, "Zones". */
import type { SandboxState, SandboxZone } from '../state.js';
import type { Call, Endpoint } from './endpoint.js';
import { refuse, succeed } from './envelope.js';
import { answerPage, LIST_OF_TWENTY } from './paging.js';
import { reaches } from './permissions.js';

const ZONE_READERS = [
  'Zone Read',
  'Workers Routes Read',
  'DNS Read',
  'Zone Settings Read',
  'Page Rules Read',
] as const;

const PLANS: Record<SandboxZone['plan'], { id: string; name: string; price: number; pageRules: number }> = {
  free: { id: '0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Free Website', price: 0, pageRules: 3 },
  pro: { id: '1feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Pro Website', price: 20, pageRules: 20 },
  business: { id: '2feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Business Website', price: 200, pageRules: 50 },
  enterprise: {
    id: '94f3b7b768b0458b56d2cac4fe5ec0f9',
    name: 'Enterprise Website',
    price: 0,
    pageRules: 125,
  },
};

export const zoneEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/zones', needs: ['Zone Read'], deniedCode: 9109, handle: listZones },
  {
    method: 'GET',
    path: '/zones/:zone',
    needs: ZONE_READERS,
    deniedCode: 9109,
    handle: (call) => succeed(zoneObject(call.world.state, call.zone)),
  },
  { method: 'PATCH', path: '/zones/:zone', needs: ['Zone Write'], handle: editZone },
];

function listZones(call: Call) {
  const { state } = call.world;
  const tests = zoneTests(state, call.query);
  const any = call.query.get('match') === 'any';
  // Internal zones come only where they are asked for. Source: API schema, "List Zones", type.
  const types = call.query.get('type')?.split(',') ?? ['full', 'partial', 'secondary'];
  const asked = [...state.zones.values()].filter((zone) => {
    if (!reaches(call.token, zone) || !types.includes(zone.type)) return false;
    if (tests.length === 0) return true;
    return any ? tests.some((test) => test(zone)) : tests.every((test) => test(zone));
  });
  const order = call.query.get('order') ?? 'name';
  const sortKey = zoneSortKey(state, order);
  const sign = call.query.get('direction') === 'desc' ? -1 : 1;
  asked.sort((a, b) => sign * (compare(sortKey(a), sortKey(b)) || compare(a.name, b.name)));
  const objects = asked.map((zone) => zoneObject(state, zone));
  return answerPage(objects, call.query, LIST_OF_TWENTY);
}

type ZoneTest = (zone: SandboxZone) => boolean;

function zoneTests(state: SandboxState, query: URLSearchParams): ZoneTest[] {
  const tests: ZoneTest[] = [];
  const name = query.get('name');
  const status = query.get('status');
  const accountId = query.get('account.id');
  const accountName = query.get('account.name');
  if (name !== null) tests.push((zone) => textMatches(name, zone.name));
  if (status !== null) tests.push((zone) => zone.status === status);
  if (accountId !== null) tests.push((zone) => zone.accountId === accountId);
  if (accountName !== null) {
    tests.push((zone) => textMatches(accountName, state.accounts.get(zone.accountId)?.name ?? ''));
  }
  return tests;
}

/** `value`, or `operator:value`; without `_case_sensitive` letters compare in lower case. */
function textMatches(condition: string, text: string): boolean {
  const [, operator = 'equal', sensitive, wanted = condition] =
    /^(equal|not_equal|starts_with|ends_with|contains)(_case_sensitive)?:(.*)$/.exec(condition) ?? [];
  const [a, b] = sensitive ? [text, wanted] : [text.toLowerCase(), wanted.toLowerCase()];
  if (operator === 'not_equal') return a !== b;
  if (operator === 'starts_with') return a.startsWith(b);
  if (operator === 'ends_with') return a.endsWith(b);
  if (operator === 'contains') return a.includes(b);
  return a === b;
}

function zoneSortKey(state: SandboxState, order: string): (zone: SandboxZone) => string {
  if (order === 'status') return (zone) => zone.status;
  if (order === 'account.id') return (zone) => zone.accountId;
  if (order === 'account.name') return (zone) => state.accounts.get(zone.accountId)?.name ?? '';
  if (order === 'plan.id') return (zone) => PLANS[zone.plan].id;
  if (order === 'name') return (zone) => zone.name;
  throw refuse(
    400,
    1001,
    'Invalid value for order: must be name, status, account.id, account.name or plan.id',
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Only one property may change per call. Source: API schema, "Edit Zone". */
function editZone(call: Call) {
  const change = call.jsonObject(6007);
  const [property, ...more] = Object.keys(change);
  if (property === undefined || more.length > 0) {
    throw refuse(400, 1012, 'Request must contain exactly one property to edit');
  }
  const value = change[property];
  if (property === 'paused' && typeof value === 'boolean') call.zone.paused = value;
  else if (property === 'type' && (value === 'full' || value === 'partial' || value === 'secondary')) {
    call.zone.type = value;
  } else if (property !== 'vanity_name_servers' && property !== 'plan') {
    throw refuse(400, 1012, `Cannot edit ${property} to the given value`);
  }
  call.world.changed();
  return succeed(zoneObject(call.world.state, call.zone));
}

/** The zone with every field that the API schema requires. */
function zoneObject(state: SandboxState, zone: SandboxZone): Record<string, unknown> {
  const { accountId, createdOn, plan: planName, ...own } = zone;
  const plan = PLANS[planName];
  const account = state.accounts.get(accountId)?.name ?? '';
  return {
    ...own,
    development_mode: 0,
    name_servers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    modified_on: createdOn,
    created_on: createdOn,
    activated_on: zone.status === 'active' ? createdOn : null,
    meta: {
      step: 2,
      custom_certificate_quota: planName === 'business' || planName === 'enterprise' ? 1 : 0,
      page_rule_quota: plan.pageRules,
      phishing_detected: false,
    },
    owner: { id: accountId, type: 'organization', name: account },
    account: { id: accountId, name: account },
    permissions: [],
    plan: {
      id: plan.id,
      name: plan.name,
      price: plan.price,
      currency: 'USD',
      frequency: plan.price === 0 ? '' : 'monthly',
      is_subscribed: true,
      can_subscribe: false,
      legacy_id: planName,
      legacy_discount: false,
      externally_managed: false,
    },
  };
}
