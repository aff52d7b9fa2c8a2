import { expect, expectTypeOf, test } from 'vitest';
import type { Site } from '../../../src/model/site.js';
import type { SiteFilter } from '../../../src/sites/lookups.js';
import { type SiteQuery, siteQuery } from '../../../src/sites/query.js';
import type { Store } from '../../../src/store/store.js';
import { catalogueOf, NOW, newSite } from './query-fixture.js';

async function fleet(): Promise<{ store: Store; sites: SiteQuery }> {
  const store = await catalogueOf(
    newSite('shop.example', { project: 'ecommerce', owner: 'ann', tags: ['critical', 'eu'] }),
    newSite('shop.org', { project: 'ecommerce', owner: 'bob', tags: ['critical'] }),
    newSite('blog.example', { project: 'legacy', tags: ['eu'], environment: 'staging' }),
    newSite('dev.example', { environment: 'development' }),
    newSite('gone.example', { environment: 'testing', active: false, accountId: 'account-2' }),
  );
  return { store, sites: siteQuery(store.sites) };
}

/** Exact SQL of the condition, its parameters, and the domains that it finds when it runs. */
function shown(query: SiteQuery): unknown[] {
  const { sql, params } = query.toSQL();
  return [/ where (.*) order by/s.exec(sql)?.[1] ?? '', params, query.domains().join(' ')];
}

const c = '"catalogue".';
const CASES: readonly [string, (sites: SiteQuery) => SiteQuery, string, unknown[], string][] = [
  ['production', (q) => q.production(), `${c}"environment" = ?`, ['production'], 'shop.example shop.org'],
  ['staging', (q) => q.staging(), `${c}"environment" = ?`, ['staging'], 'blog.example'],
  ['development', (q) => q.development(), `${c}"environment" = ?`, ['development'], 'dev.example'],
  ['testing', (q) => q.testing(), `${c}"environment" = ?`, ['testing'], 'gone.example'],
  [
    'active',
    (q) => q.active(),
    `${c}"state" = ?`,
    ['active'],
    'blog.example dev.example shop.example shop.org',
  ],
  ['inactive', (q) => q.inactive(), `${c}"state" = ?`, ['inactive'], 'gone.example'],
  ['inMaintenance', (q) => q.inMaintenance(), `${c}"state" = ?`, ['maintenance'], ''],
  ['failing', (q) => q.failing(), `${c}"state" = ?`, ['failing'], ''],
  [
    'byProject of several',
    (q) => q.byProject('legacy', 'ecommerce'),
    `${c}"project" in (select value from json_each(?))`,
    ['["legacy","ecommerce"]'],
    'blog.example shop.example shop.org',
  ],
  [
    'byProject of none',
    (q) => q.byProject(),
    `${c}"project" in (select value from json_each(?))`,
    ['[]'],
    '',
  ],
  [
    'withTag: every one',
    (q) => q.withTag('critical', 'eu'),
    `(${c}"id" in (select "site_tags"."site_id" from "site_tags" where "site_tags"."tag" = ?) and ${c}"id" in (select "site_tags"."site_id" from "site_tags" where "site_tags"."tag" = ?))`,
    ['critical', 'eu'],
    'shop.example',
  ],
  ['byOwner', (q) => q.byOwner('ann'), `${c}"owner" = ?`, ['ann'], 'shop.example'],
  ['inAccount', (q) => q.inAccount('account-2'), `${c}"account_id" = ?`, ['account-2'], 'gone.example'],
  [
    'domain by glob',
    (q) => q.domain('SHOP.*', 'dev.example'),
    `(${c}"domain" = ? or ${c}"domain" glob ?)`,
    ['dev.example', 'shop.*'],
    'dev.example shop.example shop.org',
  ],
  [
    'filter by several fields',
    (q) => q.filter({ project: 'ecommerce', tags: { contains: 'critical' }, domain: { endsWith: '.org' } }),
    `(${c}"project" = ? and ${c}"id" in (select "site_tags"."site_id" from "site_tags" where "site_tags"."tag" = ?) and ${c}"domain" glob ?)`,
    ['ecommerce', 'critical', '*.org'],
    'shop.org',
  ],
  [
    'exclude keeps what has no value',
    (q) => q.exclude({ project: 'legacy' }),
    `(${c}"project" = ?) is not true`,
    ['legacy'],
    'dev.example gone.example shop.example shop.org',
  ],
  [
    'exclude by two fields takes only what has both',
    (q) => q.exclude({ project: 'ecommerce', owner: 'ann' }),
    `((${c}"project" = ? and ${c}"owner" = ?)) is not true`,
    ['ecommerce', 'ann'],
    'blog.example dev.example gone.example shop.org',
  ],
  [
    'visibleTo: owned or shared',
    (q) => q.visibleTo('bob'),
    `(${c}"owner" = ? or ${c}"id" in (select "site_shares"."site_id" from "site_shares" where "site_shares"."user" = ?))`,
    ['bob', 'bob'],
    'blog.example shop.org',
  ],
  [
    'a chain narrows',
    (q) => q.production().byOwner('bob').exclude({ tags: 'eu' }),
    `(${c}"environment" = ? and ${c}"owner" = ? and (${c}"id" in (select "site_tags"."site_id" from "site_tags" where "site_tags"."tag" = ?)) is not true)`,
    ['production', 'bob', 'eu'],
    'shop.org',
  ],
];

test.each(CASES)('%s', async (_name, build, condition, params, domains) => {
  const { store, sites } = await fleet();
  const blog = store.sites.byDomain('blog.example');
  store.sites.share([blog?.id ?? 0], ['bob'], 'viewer', NOW);
  expect(shown(build(sites))).toEqual([condition, params, domains]);
});

test.each<[SiteFilter, string]>([
  [{}, 'blog.example dev.example gone.example shop.example shop.org'],
  [{ domain: { equals: 'Shop.Example' } }, 'shop.example'],
  [{ domain: { in: ['shop.org', 'dev.example'] } }, 'dev.example shop.org'],
  [{ domain: { not: 'shop.org', endsWith: '.ORG' } }, ''],
  [{ domain: { contains: 'HOP' } }, 'shop.example shop.org'],
  [{ domain: { contains: '*' } }, ''],
  [{ domain: { startsWith: 'd' } }, 'dev.example'],
  [{ domain: { glob: 's???.o*' } }, 'shop.org'],
  [{ domain: { startsWith: '[bd]' } }, ''],
  [{ environment: ['staging', 'testing'] }, 'blog.example gone.example'],
  [{ environment: { not: ['production', 'staging'] } }, 'dev.example gone.example'],
  [{ project: null }, 'dev.example gone.example'],
  [{ project: { isNull: false } }, 'blog.example shop.example shop.org'],
  [{ project: { not: 'legacy' } }, 'dev.example gone.example shop.example shop.org'],
  [{ project: { in: [] } }, ''],
  [{ tags: 'eu' }, 'blog.example shop.example'],
  [{ tags: ['eu', 'critical'] }, 'shop.example'],
  [{ tags: { in: ['eu', 'critical'] } }, 'blog.example shop.example shop.org'],
  [{ tags: { in: [] } }, ''],
  [{ tags: { not: 'eu' } }, 'dev.example gone.example shop.org'],
  [{ tags: null }, 'dev.example gone.example'],
  [{ tags: { isNull: false } }, 'blog.example shop.example shop.org'],
  [{ state: 'inactive', account: 'account-2', zone: 'zone-gone.example' }, 'gone.example'],
  [{ groups: 'none', sharedWith: 'eve' }, ''],
])('filter(%j)', async (filter, domains) => {
  const { sites } = await fleet();
  expect(sites.filter(filter).domains().join(' ')).toBe(domains);
});

test.each([
  [{ projet: 'x' }, "There is no field 'projet'. Did you mean 'project'?"],
  [{ domain: { endWith: 'x' } }, "There is no lookup 'endWith'. Did you mean 'endsWith'?"],
  [{ tags: { startsWith: 'x' } }, "There is no lookup 'startsWith'."],
  [{ environment: 'prodution' }, "There is no environment 'prodution'. Did you mean 'production'?"],
  [{ state: ['activ'] }, "There is no state 'activ'. Did you mean 'active'?"],
  [{ project: undefined }, "The filter on 'project' needs text, not undefined."],
  [{ project: { equals: undefined } }, "The filter on 'project' needs text, not undefined."],
  [{ project: 7 }, "The filter on 'project' needs text, not number."],
  [{ project: { in: [null] } }, "The filter on 'project' needs text, not null."],
  [{ project: { isNull: 'yes' } }, "'isNull' of 'project' is true or false."],
  [{ project: {} }, "The filter on 'project' says nothing."],
  [{ tags: [] }, "The filter on 'tags' names no value."],
  [{ constructor: 'x' }, "There is no field 'constructor'."],
  [{ project: { toString: 'x' } }, "There is no lookup 'toString'."],
  [null, 'A filter is an object of fields.'],
  ['shop.example', 'A filter is an object of fields.'],
  [['shop.example'], 'A filter is an object of fields.'],
])('filter(%j) is refused', async (filter, message) => {
  const { sites } = await fleet();
  const wrong = expect.objectContaining({ code: 'usage', message });
  expect(() => sites.filter(filter as SiteFilter)).toThrow(wrong);
  expect(() => sites.exclude(filter as SiteFilter)).toThrow(wrong);
});

test('wrong words of the other methods are refused too', async () => {
  const { sites } = await fleet();
  const usage = expect.objectContaining({ code: 'usage' });
  expect(() => sites.byEnvironment('moon' as 'staging')).toThrow(usage);
  expect(() => sites.orderBy('domian' as 'domain')).toThrow(
    "Sites cannot be ordered by 'domian'. Did you mean 'domain'?",
  );
  for (const limit of [-1, 1.5, Number.NaN]) expect(() => sites.limit(limit)).toThrow(usage);
  expect(() => sites.withTag()).toThrow(usage);
});

test('excluding by nothing leaves out nothing', async () => {
  const { sites } = await fleet();
  expect(sites.exclude({}).count()).toBe(5);
});

test('a query never changes: each method makes a new one', async () => {
  const { sites } = await fleet();
  const production = sites.production();
  production.byOwner('ann').limit(1);
  expect(production.count()).toBe(2);
  expect(sites.count()).toBe(5);
  expect(Object.isFrozen(production)).toBe(true);
});

test('a query reads when it is asked, not when it is made', async () => {
  const { store, sites } = await fleet();
  const legacy = sites.byProject('legacy');
  store.sites.insert([newSite('old.example', { project: 'legacy' })], NOW);
  expect(legacy.domains()).toEqual(['blog.example', 'old.example']);
});

test('order, limit, first, count and iteration', async () => {
  const { sites } = await fleet();
  expect(sites.orderBy('domain', 'desc').limit(2).domains()).toEqual(['shop.org', 'shop.example']);
  expect(sites.orderBy('project').orderBy('owner', 'desc').domains()).toEqual([
    'shop.org',
    'shop.example',
    'blog.example',
    'dev.example',
    'gone.example',
  ]);
  expect(sites.orderBy('owner').limit(3).toSQL()).toMatchObject({
    sql: expect.stringMatching(
      / order by "catalogue"."owner" asc nulls last, "catalogue"."domain" asc limit \?$/,
    ),
    params: [3],
  });
  expect(sites.first()?.domain).toBe('blog.example');
  expect(sites.limit(0).first()).toBeNull();
  expect(sites.failing().first()).toBeNull();
  expect(sites.limit(2).count()).toBe(2);
  expect(sites.production().limit(9).count()).toBe(2);
  expect([...sites.production()].map(({ domain }) => domain)).toEqual(['shop.example', 'shop.org']);
  const seen: string[] = [];
  for await (const site of sites.staging()) seen.push(site.domain);
  expect(seen).toEqual(['blog.example']);
});

test('summaries count by environment, state and project', async () => {
  const { sites } = await fleet();
  expect(sites.environmentSummary()).toEqual({ production: 2, staging: 1, development: 1, testing: 1 });
  expect(sites.statusSummary()).toEqual({ inactive: 1, maintenance: 0, failing: 0, active: 4 });
  expect(Object.entries(sites.projectSummary())).toEqual([
    ['ecommerce', 2],
    ['legacy', 1],
    ['(none)', 2],
  ]);
  expect(sites.production().projectSummary()).toEqual({ ecommerce: 2 });
});

test('actions get the sites of the moment and their own arguments, on every derived query', async () => {
  const { store } = await fleet();
  const sites = siteQuery(store.sites, {
    announce: (chosen: readonly Site[], text: string) => chosen.map(({ domain }) => `${domain}: ${text}`),
    fail: async () => Promise.reject(new Error('no')),
  });
  const query = sites.production().byProject('ecommerce');
  expectTypeOf(query.announce).toEqualTypeOf<(text: string) => Promise<string[]>>();
  expect(await query.announce('soon')).toEqual(['shop.example: soon', 'shop.org: soon']);
  await expect(sites.fail()).rejects.toThrow('no');
  store.close();
  // What goes wrong while reading is a rejection as well.
  await expect(sites.announce('x')).rejects.toThrow();
});

test('types: fields, lookups and words are checked', () => {
  expectTypeOf<{ environment: 'production' }>().toExtend<SiteFilter>();
  expectTypeOf<{ environment: 'moon' }>().not.toExtend<SiteFilter>();
  expectTypeOf<{ tags: { contains: string[] } }>().toExtend<SiteFilter>();
  expectTypeOf<{ tags: { startsWith: string } }>().not.toExtend<SiteFilter>();
  expectTypeOf<{ project: { isNull: string } }>().not.toExtend<SiteFilter>();
  expectTypeOf<ReturnType<SiteQuery['list']>>().toEqualTypeOf<Site[]>();
});

test('strings made to break out of SQL find nothing and harm nothing', async () => {
  const { store, sites } = await fleet();
  const attacks = [`'`, `"`, `' or '1'='1`, `x'; drop table sites; --`, '"]', '\0', '%', '_', `\\'`];
  for (const attack of attacks) {
    expect(sites.filter({ project: attack }).count()).toBe(0);
    expect(sites.filter({ project: { in: [attack, attack] } }).count()).toBe(0);
    expect(sites.filter({ domain: { contains: attack } }).count()).toBe(0);
    expect(sites.filter({ tags: attack }).count()).toBe(0);
    expect(sites.visibleTo(attack).count()).toBe(0);
    expect(sites.toSQL().sql).not.toContain('drop');
  }
  expect(store.sites.count()).toBe(5);
});

test('five thousand sites are read whole, in one statement', async () => {
  const many = Array.from({ length: 5_000 }, (_, n) =>
    newSite(`site-${n}.example`, { tags: ['a', 'b', `n${n}`] }),
  );
  const store = await catalogueOf(...many);
  const found = siteQuery(store.sites).withTag('a', 'b').active().list();
  expect(found).toHaveLength(5_000);
  expect(found[0]?.tags).toEqual(['a', 'b', 'n0']);
});
