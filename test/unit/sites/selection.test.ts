import { expect, test } from 'vitest';
import { compile } from '../../../src/sites/compile.js';
import {
  conditionFor,
  isEmpty,
  NO_SELECTION,
  narrowing,
  requireValid,
  type Selection,
  validate,
} from '../../../src/sites/selection.js';
import type { Store } from '../../../src/store/store.js';
import { catalogueOf, newSite } from './query-fixture.js';

const selection = (fields: Partial<Selection>): Selection => ({ ...NO_SELECTION, ...fields });

async function shops(): Promise<Store> {
  const store = await catalogueOf(
    newSite('shop.example', { project: 'shop', owner: 'ann', tags: ['critical', 'eu'] }),
    newSite('blog.example', { project: 'blog', tags: ['eu'] }),
    newSite('xn--bcher-kva.example', { environment: 'staging' }),
  );
  store.groups.create('front', null, '');
  return store;
}

function found(store: Store, chosen: Selection): string[] {
  const condition = conditionFor(chosen);
  return condition === null ? [] : store.sites.select(compile(condition)).map(({ domain }) => domain);
}

test('nothing selected is never everything', async () => {
  for (const nothing of [
    NO_SELECTION,
    selection({ include: { project: [] } }),
    selection({ exclude: { project: ['blog'] } }),
  ]) {
    expect(isEmpty(nothing)).toBe(true);
    expect(conditionFor(nothing)).toBeNull();
  }
  expect(isEmpty(selection({ all: true }))).toBe(false);
  expect(isEmpty(selection({ domains: ['a.example'] }))).toBe(false);
  expect(isEmpty(selection({ include: { state: ['failing'] } }))).toBe(false);
});

test('different flags narrow, a repeated one widens, tags must all be there', async () => {
  const store = await shops();
  const include = (values: Selection['include']) => found(store, selection({ include: values }));
  expect(include({ project: ['shop', 'blog'] })).toEqual(['blog.example', 'shop.example']);
  expect(include({ project: ['shop', 'blog'], owner: ['ann'] })).toEqual(['shop.example']);
  expect(include({ tag: ['eu', 'critical'] })).toEqual(['shop.example']);
  expect(include({ domain: ['shop.example', 'bl*'] })).toEqual(['blog.example', 'shop.example']);
});

test('named domains and --domain widen each other', async () => {
  const store = await shops();
  const both = selection({ domains: ['SHOP.example'], include: { domain: ['bücher.example'] } });
  expect(found(store, both)).toEqual(['shop.example', 'xn--bcher-kva.example']);
});

test('leaving out takes away, and keeps sites that have no such value', async () => {
  const store = await shops();
  const without = (exclude: Selection['exclude']) => found(store, selection({ all: true, exclude }));
  expect(without({ project: ['blog'] })).toEqual(['shop.example', 'xn--bcher-kva.example']);
  expect(without({ tag: ['eu', 'critical'] })).toEqual(['xn--bcher-kva.example']);
  expect(without({ domain: ['*b*'] })).toEqual(['shop.example']);
  expect(without({ owner: ['ann'], environment: ['staging'] })).toEqual(['blog.example']);
});

test('a command that only looks sees everything without flags', async () => {
  const store = await shops();
  expect(store.sites.count(compile(narrowing(NO_SELECTION)))).toBe(3);
  expect(store.sites.count(compile(narrowing(selection({ exclude: { project: ['blog'] } }))))).toBe(2);
});

test('what is known passes', async () => {
  const store = await shops();
  const chosen = selection({
    domains: ['Shop.Example', 'nothing-*.example'],
    include: { environment: ['testing'], project: ['shop'], tag: ['eu'], owner: ['ann'], group: ['front'] },
    exclude: { domain: ['bücher.example'] },
  });
  expect(validate(chosen, store)).toEqual([]);
  expect(() => requireValid(chosen, store)).not.toThrow();
});

test('every unknown word is told, each with the nearest known one', async () => {
  const store = await shops();
  const chosen = selection({
    domains: ['shp.example'],
    include: {
      environment: ['prodction', 'moon'],
      project: ['shopp'],
      tag: ['critcal'],
      owner: ['nobody'],
      group: ['frnt'],
      account: ['account-2'],
      state: ['actve'],
    },
    exclude: { domain: ['blg.example'] },
  });
  expect(validate(chosen, store).map(({ subject, message }) => `${subject}: ${message}`)).toEqual([
    "domain: There is no domain 'shp.example'. Did you mean 'shop.example'?",
    "--exclude-domain: There is no domain 'blg.example'. Did you mean 'blog.example'?",
    "--environment: There is no environment 'prodction'. Did you mean 'production'?",
    "--environment: There is no environment 'moon': it is one of production, staging, development, testing.",
    "--project: There is no project 'shopp'. Did you mean 'shop'?",
    "--tag: There is no tag 'critcal'. Did you mean 'critical'?",
    "--owner: There is no owner 'nobody'.",
    "--group: There is no group 'frnt'. Did you mean 'front'?",
    "--account: There is no account 'account-2'. Did you mean 'account-1'?",
    "--state: There is no state 'actve'. Did you mean 'active'?",
  ]);
  expect(() => requireValid(chosen, store)).toThrow(
    expect.objectContaining({ code: 'unknown-name', problems: expect.objectContaining({ length: 10 }) }),
  );
});

test('one mistake is the message itself; an empty value is a mistake', async () => {
  const store = await shops();
  expect(() => requireValid(selection({ domains: [''] }), store)).toThrow("There is no domain ''.");
  expect(() => requireValid(selection({ include: { project: [''] } }), store)).toThrow(
    "There is no project ''.",
  );
});

test('--all with named domains is a contradiction', async () => {
  const store = await shops();
  expect(() => requireValid(selection({ all: true, domains: ['shop.example'] }), store)).toThrow(
    expect.objectContaining({ code: 'usage' }),
  );
  expect(found(store, selection({ all: true, include: { project: ['shop'] } }))).toEqual(['shop.example']);
});

test('text of people never becomes SQL', async () => {
  const store = await shops();
  const attack = "x'); delete from sites; --";
  for (const name of ['domain', 'project', 'tag', 'owner', 'group', 'account'] as const) {
    expect(found(store, selection({ include: { [name]: [attack] } }))).toEqual([]);
    expect(found(store, selection({ include: { [name]: [attack, '" or 1=1 --'] } }))).toEqual([]);
  }
  expect(store.sites.count()).toBe(3);
});
