import { expect, test } from 'vitest';
import { compile } from '../../../src/sites/compile.js';
import { conditionOf, FILTER_NAMES, FILTERS, filterNamed } from '../../../src/sites/filters.js';
import { catalogueOf, newSite } from './query-fixture.js';

test('one row a filter, with the flags of the contract', () => {
  expect(FILTERS.map(({ name }) => name)).toEqual([...FILTER_NAMES]);
  expect(FILTERS.map(({ flag, excludeFlag }) => [flag, excludeFlag])).toEqual([
    ['--domain <glob>', '--exclude-domain <glob>'],
    ['--environment <name>', '--exclude-environment <name>'],
    ['--project <name>', '--exclude-project <name>'],
    ['--tag <tag>', '--exclude-tag <tag>'],
    ['--owner <user>', '--exclude-owner <user>'],
    ['--group <name>', '--exclude-group <name>'],
    ['--account <id>', null],
    ['--state <state>', null],
  ]);
});

test.each([
  ['domain', ['a.example'], 'a.example'],
  ['domain', ['*.example'], 'a.example b.example c.example'],
  ['domain', ['?.example', 'shop.org'], 'a.example b.example c.example shop.org'],
  ['domain', ['[ab].example'], ''],
  ['environment', ['staging', 'testing'], 'b.example c.example'],
  ['project', ['blog'], 'b.example'],
  ['tag', ['critical'], 'a.example b.example'],
  ['tag', ['critical', 'eu'], 'a.example'],
  ['owner', ['ann', 'bob'], 'a.example b.example'],
  ['group', ['front'], 'a.example shop.org'],
  ['account', ['account-2'], 'shop.org'],
  ['state', ['inactive'], 'c.example'],
  ['state', ['active', 'inactive'], 'a.example b.example c.example shop.org'],
] as const)('--%s %j', async (name, values, domains) => {
  const store = await catalogueOf(
    newSite('a.example', { project: 'shop', owner: 'ann', tags: ['critical', 'eu'] }),
    newSite('b.example', { project: 'blog', owner: 'bob', tags: ['critical'], environment: 'staging' }),
    newSite('c.example', { environment: 'testing', active: false }),
    newSite('shop.org', { accountId: 'account-2' }),
  );
  store.groups.create('front', null, '');
  store.groups.add(
    'front',
    store.sites.select().flatMap(({ id, domain }) => (/^(a|shop)/.test(domain) ? [id] : [])),
  );
  const found = store.sites.select(compile(conditionOf(filterNamed(name), values)));
  expect(found.map(({ domain }) => domain).join(' ')).toBe(domains);
});
