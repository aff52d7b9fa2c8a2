import { describe, expect, it } from 'vitest';
import type { Zone } from '../../../src/cloudflare/api.js';
import { discover } from '../../../src/setup/discover.js';
import type { DiscoverOptions } from '../../../src/setup/discover-types.js';
import { inactiveReason } from '../../../src/setup/site-of-zone.js';
import type { NewSite } from '../../../src/store/store.js';
import { ACCOUNT, NOW } from '../../support/builders.js';
import { account, newSite, partsWith, zone } from './setup-fixture.js';

const GONE = 'The zone is gone, or the token may not see it.';
const MOVED = 'The zone was made anew or moved to another account.';
const PAUSED = 'The zone is paused: Cloudflare only answers DNS for it.';

async function run(
  zones: readonly Zone[],
  sites: readonly NewSite[],
  options: Partial<DiscoverOptions> = {},
) {
  const parts = await partsWith(zones, sites);
  const report = await discover(parts, { actor: 'ann', ...options });
  const rows = report.sites.map(({ domain, action, note }) => [domain, action, note]);
  return { ...parts, report, rows };
}

describe('a zone without a site', () => {
  it('becomes one, with the fields that new sites are to have', async () => {
    const fields = {
      environment: 'staging',
      project: 'shop',
      owner: 'bob',
      tags: ['eu', 'critical'],
    } as const;
    const { store, report } = await run([zone('a.example')], [], fields);
    expect(report).toEqual({
      dryRun: false,
      discovered: 1,
      created: 1,
      updated: 0,
      unchanged: 0,
      missing: 0,
      tokens: [{ name: null, accounts: [{ id: ACCOUNT, name: 'Acme', zones: 1 }], error: null }],
      sites: [
        { domain: 'a.example', action: 'created', zoneId: 'zone-a.example', accountId: ACCOUNT, note: null },
      ],
    });
    expect(store.sites.byDomain('a.example')).toMatchObject({
      ...fields,
      tags: ['critical', 'eu'],
      zoneName: 'a.example',
      active: true,
      createdAt: NOW,
    });
  });

  it('is production of nobody where nothing is said', async () => {
    const { store } = await run([zone('a.example')], []);
    expect(store.sites.byDomain('a.example')).toMatchObject({
      environment: 'production',
      project: null,
      owner: null,
      tags: [],
    });
  });

  it.each([
    ['paused', { paused: true }, PAUSED],
    ['pending', { status: 'pending' }, 'The zone is pending at Cloudflare.'],
  ])('is inactive where it is %s', async (_what, fields, reason) => {
    const { store, rows } = await run([zone('a.example', fields)], []);
    expect(rows).toEqual([['a.example', 'created', reason]]);
    expect(store.sites.byDomain('a.example')).toMatchObject({ active: false, inactiveReason: reason });
  });
});

describe('a site', () => {
  it.each<[string, Partial<Zone>, Partial<NewSite>, string, string | null, object]>([
    ['as it was', {}, {}, 'unchanged', null, {}],
    ['paused', { paused: true }, {}, 'updated', PAUSED, { active: false, inactiveReason: PAUSED }],
    ['still paused', { paused: true }, { active: false, inactiveReason: PAUSED }, 'unchanged', PAUSED, {}],
    [
      'paused instead of pending',
      { paused: true },
      { active: false, inactiveReason: 'The zone is pending at Cloudflare.' },
      'updated',
      PAUSED,
      { inactiveReason: PAUSED },
    ],
    [
      'active again',
      {},
      { active: false, inactiveReason: GONE },
      'updated',
      null,
      { active: true, inactiveReason: null },
    ],
    ['made anew', { id: 'new' }, {}, 'updated', MOVED, { zoneId: 'new' }],
    ['in another account', account('two'), {}, 'updated', MOVED, { accountId: 'two' }],
    ['on another plan', { planName: 'pro' }, {}, 'updated', null, { plan: 'pro' }],
    ['not telling its plan', { planName: null }, {}, 'unchanged', null, { plan: 'free' }],
  ])('whose zone is %s', async (_what, zoneFields, siteFields, action, note, after) => {
    const { store, rows } = await run([zone('a.example', zoneFields)], [newSite('a.example', siteFields)]);
    expect(rows).toEqual([['a.example', action, note]]);
    expect(store.sites.byDomain('a.example')).toMatchObject({ active: true, ...siteFields, ...after });
  });

  it('keeps what a person set', async () => {
    const own = { environment: 'testing', project: 'lab', owner: 'bob', tags: ['mine'] } as const;
    const zones = [zone('a.example', { id: 'new', paused: true })];
    const options = { environment: 'staging', project: 'x', owner: 'y', tags: ['z'] } as const;
    const { store } = await run(zones, [newSite('a.example', own)], options);
    expect(store.sites.byDomain('a.example')).toMatchObject({ ...own, zoneId: 'new', active: false });
  });

  it('without a zone is missing and inactive, and stays in the catalogue', async () => {
    const { store, rows, report } = await run([], [newSite('a.example')]);
    expect(rows).toEqual([['a.example', 'missing', GONE]]);
    expect(report).toMatchObject({ discovered: 0, missing: 1 });
    expect(store.sites.byDomain('a.example')).toMatchObject({ active: false, inactiveReason: GONE });
  });

  it('stays active where too many are missing at once: the token rather sees less', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}.example`);
    const listed = names.slice(0, 3).map((name) => zone(name));
    const { store, report } = await run(
      listed,
      names.map((name) => newSite(name)),
    );
    expect(report).toMatchObject({ missing: 9, updated: 0 });
    expect(store.sites.byDomain('s5.example')).toMatchObject({ active: true });
  });

  it('is believed gone where it is one of many', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}.example`);
    const { store } = await run(
      names.slice(1).map((name) => zone(name)),
      names.map((name) => newSite(name)),
    );
    expect(store.sites.byDomain('s0.example')).toMatchObject({ active: false, inactiveReason: GONE });
  });

  it('keeps its reason where it was inactive before it went missing', async () => {
    const { store, rows } = await run([], [newSite('a.example', { active: false, inactiveReason: PAUSED })]);
    expect(rows).toEqual([['a.example', 'missing', GONE]]);
    expect(store.sites.byDomain('a.example')?.inactiveReason).toBe(PAUSED);
  });

  it('of another account is not missing where one account is asked for', async () => {
    const sites = [newSite('a.example'), newSite('b.example', { accountId: 'two' })];
    const { asked, rows } = await run([], sites, { accountId: 'two' });
    expect(asked).toEqual([{ accountId: 'two' }]);
    expect(rows).toEqual([['b.example', 'missing', GONE]]);
  });
});

describe('a sub-domain that was added by hand', () => {
  const shop = newSite('shop.a.example', { zoneId: 'zone-a.example', zoneName: 'a.example' });

  it.each<[string, Partial<Zone>, string, object]>([
    ['is not missing', {}, 'unchanged', { active: true }],
    ['is inactive as its zone is', { paused: true }, 'updated', { active: false, inactiveReason: PAUSED }],
    ['follows its zone', { id: 'new', ...account('two') }, 'updated', { zoneId: 'new', accountId: 'two' }],
  ])('%s', async (_what, fields, action, after) => {
    const { store, rows } = await run([zone('a.example', fields)], [newSite('a.example'), shop]);
    expect(rows.map(([domain, each]) => [domain, each])).toEqual([
      ['a.example', action],
      ['shop.a.example', action],
    ]);
    expect(store.sites.byDomain('shop.a.example')).toMatchObject(after);
  });

  it('is active again when its zone is back', async () => {
    const lost = { ...shop, active: false, inactiveReason: GONE };
    const { store } = await run([zone('a.example')], [lost]);
    expect(store.sites.byDomain('shop.a.example')).toMatchObject({ active: true, inactiveReason: null });
  });

  it('is missing where its zone is', async () => {
    const { rows } = await run([], [shop]);
    expect(rows).toEqual([['shop.a.example', 'missing', GONE]]);
  });

  it('belongs to a zone of its own name before the one above', async () => {
    const { store } = await run([zone('a.example'), zone('shop.a.example')], [shop]);
    expect(store.sites.byDomain('shop.a.example')?.zoneId).toBe('zone-shop.a.example');
  });
});

describe('two zones of one name', () => {
  const left = zone('a.example', { id: 'left', status: 'moved' });
  const live = zone('a.example', { id: 'live', ...account('two') });

  it.each([
    ['first', [live, left]],
    ['last', [left, live]],
  ])('become one site, in the active one, listed %s', async (_where, zones) => {
    const { store, report } = await run(zones, []);
    expect(report).toMatchObject({ discovered: 2, created: 1 });
    expect(store.sites.byDomain('a.example')).toMatchObject({
      zoneId: 'live',
      accountId: 'two',
      active: true,
    });
  });

  it('move a site to the active one', async () => {
    const { store } = await run([left, live], [newSite('a.example', { zoneId: 'left' })]);
    expect(store.sites.byDomain('a.example')).toMatchObject({ zoneId: 'live', active: true });
  });

  it('leave a site where it is where neither is better', async () => {
    const zones = [live, zone('a.example', { id: 'second' })];
    const { rows } = await run(zones, [newSite('a.example', { zoneId: 'second' })]);
    expect(rows).toEqual([['a.example', 'unchanged', null]]);
  });
});

describe('a dry run', () => {
  it('tells the same and writes nothing', async () => {
    const zones = [zone('new.example'), zone('paused.example', { paused: true })];
    const sites = [newSite('paused.example'), newSite('gone.example')];
    const dry = await run(zones, sites, { dryRun: true });
    const wet = await run(zones, sites);
    expect(dry.report).toEqual({ ...wet.report, dryRun: true });
    expect(dry.store.sites.domains()).toEqual(['gone.example', 'paused.example']);
    expect(dry.store.sites.byDomain('paused.example')?.active).toBe(true);
    expect(dry.store.log.read({})).toEqual([]);
  });
});

describe('the log', () => {
  it('has a line for each site that changed', async () => {
    const zones = [zone('new.example'), zone('same.example')];
    const { store } = await run(zones, [newSite('same.example'), newSite('gone.example')]);
    const lines = store.log
      .read({})
      .map(({ level, action, actor, domain, message, at }) => [[level, action, actor, domain, message, at]]);
    expect(lines.flat()).toEqual([
      ['warning', 'discover', 'ann', 'gone.example', `missing: ${GONE}`, NOW],
      ['info', 'discover', 'ann', 'new.example', 'created', NOW],
    ]);
  });
});

describe('inactiveReason', () => {
  it.each([
    ['active', false, null],
    ['active', true, PAUSED],
    ['pending', true, PAUSED],
    ['moved', false, 'The zone is moved at Cloudflare.'],
  ])('of a zone that is %s, paused %s', (status, paused, reason) => {
    expect(inactiveReason(zone('a.example', { status, paused }))).toBe(reason);
  });
});
