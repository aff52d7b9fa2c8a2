import { describe, expect, it } from 'vitest';
import type { CloudflareApi, Held, TokenStatus } from '../../../../src/cloudflare/api.js';
import type { Permission } from '../../../../src/cloudflare/transport/permissions.js';
import { MaintError } from '../../../../src/model/errors.js';
import { lookAt } from '../../../../src/setup/prerequisites/look.js';
import { PERMISSION_PREREQUISITES } from '../../../../src/setup/prerequisites/permissions.js';
import { TOKEN_PREREQUISITES, type TokenFacts } from '../../../../src/setup/prerequisites/token.js';
import { WORKERS_PLAN } from '../../../../src/setup/prerequisites/workers-plan.js';
import { NOW, site } from '../../../support/builders.js';
import { account, zone } from '../setup-fixture.js';

const GOOD: TokenStatus = { id: 't', status: 'active', kind: 'user', expiresOn: null };
const asked: { permission: Permission; zoneId: string; unusedId: string }[] = [];

function facts(
  fields: Partial<TokenFacts> = {},
  api: { heard?: CloudflareApi['heard']; budgetLeft?: number; held?: (zoneId: string) => Held } = {},
): TokenFacts {
  const {
    heard = { clockAheadMs: 0, remaining: null },
    budgetLeft = 900,
    held = () => 'held' as const,
  } = api;
  const ask: CloudflareApi['permissions']['ask'] = async (permission, where) => {
    asked.push({ permission, ...where });
    return held(where.zoneId);
  };
  let ids = 0;
  return {
    source: 'CLOUDFLARE_API_TOKEN',
    cloudflare: { heard, budgetLeft, permissions: { ask } } as CloudflareApi,
    status: { value: GOOD, error: null },
    zones: { value: [zone('a.example')], error: null },
    sites: [site('a.example')],
    now: new Date(NOW),
    unusedId: () => `id ${ids++}`,
    ...fields,
  };
}

async function finding(id: string, of: TokenFacts) {
  const rows = [...TOKEN_PREREQUISITES, ...PERMISSION_PREREQUISITES, WORKERS_PLAN];
  return (await lookAt(rows, of, 'default')).find((check) => check.id === id);
}

const after = (days: number) => new Date(Date.parse(NOW) + days * 86_400_000).toISOString();

describe('a token', () => {
  it.each([
    [-1, 'failed', 'token-invalid'],
    [0, 'failed', 'token-invalid'],
    [13.9, 'warning', null],
    [14, 'ok', null],
  ])('that ends in %d days: %s', async (days, status, code) => {
    const of = facts({ status: { value: { ...GOOD, expiresOn: after(days) }, error: null } });
    expect(await finding('token-expiry', of)).toMatchObject({ status, code });
  });

  it('that could not be verified fails once, with the reason and its code', async () => {
    const error = new MaintError('remote-unreachable', 'No answer.', { hint: 'Try again.' });
    const of = facts({ status: { value: null, error }, zones: { value: null, error } });
    expect(await finding('token', of)).toMatchObject({
      status: 'failed',
      message: 'No answer.',
      nextStep: 'Try again.',
      code: 'remote-unreachable',
    });
    expect((await finding('token-expiry', of))?.status).toBe('skipped');
    expect((await finding('token-scope', of))?.status).toBe('skipped');
  });

  it('that sees no zone lacks a permission', async () => {
    const none = facts({ zones: { value: [], error: null } });
    expect(await finding('token-zones', none)).toMatchObject({
      status: 'failed',
      code: 'permission-missing',
    });
  });

  it('that reaches more than the catalogue is too wide', async () => {
    const of = facts({ zones: { value: [zone('a.example'), zone('b.example')], error: null } });
    expect(await finding('token-scope', of)).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/1 zone .*: b\.example/),
    });
  });
});

describe('the clock', () => {
  it.each([
    [null, 'skipped'],
    [29_999, 'ok'],
    [-30_000, 'warning'],
    [300_000, 'failed'],
    [-86_400_000, 'failed'],
  ])('%s ms ahead: %s', async (clockAheadMs, status) => {
    const of = facts({}, { heard: { clockAheadMs, remaining: null } });
    expect((await finding('clock', of))?.status).toBe(status);
  });
});

describe('the rate limit', () => {
  it.each([
    [900, null, 'ok'],
    [99, null, 'warning'],
    [900, 99, 'warning'],
    [100, 100, 'ok'],
  ])('%i left to us and %s to Cloudflare: %s', async (budgetLeft, requests, status) => {
    const remaining = requests === null ? null : { requests, resetMs: 1 };
    const of = facts({}, { budgetLeft, heard: { clockAheadMs: 0, remaining } });
    expect((await finding('rate-limit', of))?.status).toBe(status);
  });
});

describe('permissions', () => {
  const ROUTES = 'permission Zone → Workers Routes → Edit';
  const DNS = 'permission Zone → DNS → Edit';

  it.each([
    ['held', 'ok', 'warning'],
    ['missing', 'failed', 'ok'],
    ['unclear', 'skipped', 'ok'],
  ] as const)(
    'that are %s: %s where they are needed, %s where only a setup needs them',
    async (held, needed, extra) => {
      const of = facts({}, { held: () => held });
      expect((await finding(ROUTES, of))?.status).toBe(needed);
      expect((await finding(DNS, of))?.status).toBe(extra);
    },
  );

  it('are asked for once an account, in a catalogued zone, and with an id of its own each', async () => {
    const zones = [zone('x.example'), zone('a.example'), zone('b.example', account('two'))];
    asked.length = 0;
    await finding(ROUTES, facts({ zones: { value: zones, error: null } }));
    expect(new Set(asked.map(({ zoneId }) => zoneId))).toEqual(new Set(['zone-a.example', 'zone-b.example']));
    expect(new Set(asked.map(({ unusedId }) => unusedId)).size).toBe(asked.length);
  });

  it('that were not asked for everywhere are told of where they were', async () => {
    const zones = [zone('a.example'), zone('b.example')];
    expect((await finding(ROUTES, facts({ zones: { value: zones, error: null } })))?.message).toBe(
      'Held where asked (a.example); needed by enable, disable, resume and monitor.',
    );
    expect((await finding(ROUTES, facts()))?.message).toMatch(/^Held; /);
  });

  it('that are missing in one account of two are named with it', async () => {
    const zones = [zone('a.example'), zone('b.example', account('two'))];
    const of = facts(
      { zones: { value: zones, error: null } },
      { held: (zoneId) => (zoneId === 'zone-b.example' ? 'missing' : 'held') },
    );
    expect(await finding(ROUTES, of)).toMatchObject({
      status: 'failed',
      message: 'Missing in b.example; needed by enable, disable, resume and monitor.',
    });
  });

  it('are asked for in five accounts at most', async () => {
    const zones = Array.from({ length: 9 }, (_, index) => zone(`${index}.example`, account(`${index}`)));
    asked.length = 0;
    await finding(ROUTES, facts({ zones: { value: zones, error: null } }));
    expect(new Set(asked.map(({ zoneId }) => zoneId)).size).toBe(5);
  });
});

describe('the plan of Workers', () => {
  it.each([
    ['free', 'skipped'],
    [null, 'skipped'],
    ['pro', 'ok'],
  ])('with a zone on %s: %s', async (planName, status) => {
    const of = facts({ zones: { value: [zone('a.example', { planName })], error: null } });
    expect((await finding('workers-plan', of))?.status).toBe(status);
  });
});
