import { describe, expect, it } from 'vitest';
import { chooseToken, type KnownToken, standIn } from '../../../src/credentials/choose-token.js';

const token = (name: string, ...accounts: string[]): KnownToken => ({ name, accounts });
const unasked = (name: string): KnownToken => ({ name, accounts: null });

describe('chooseToken', () => {
  it.each<[string, readonly string[], readonly KnownToken[], object | null]>([
    ['the token of the site', ['b'], [token('a', 'x'), token('b')], { name: 'b', reason: 'site' }],
    ['the token of most of its sites', ['b', 'a'], [token('a'), token('b')], { name: 'b', reason: 'site' }],
    [
      'the token of the site, though it is not there',
      ['gone'],
      [token('a', 'x')],
      { name: 'gone', reason: 'site' },
    ],
    ['one that sees the account', [], [token('a', 'y'), token('b', 'x')], { name: 'b', reason: 'account' }],
    ['the first of several', [], [token('a', 'x'), token('b', 'x')], { name: 'a', reason: 'account' }],
    [
      'default of several',
      [],
      [token('a', 'x'), token('default', 'x')],
      { name: 'default', reason: 'account' },
    ],
    [
      'one that sees it rather than default',
      [],
      [token('default', 'y'), token('z', 'x')],
      { name: 'z', reason: 'account' },
    ],
    ['the only one', [], [token('a', 'y')], { name: 'a', reason: 'only' }],
    ['the only one, never asked', [], [unasked('a')], { name: 'a', reason: 'only' }],
    ['default', [], [unasked('a'), unasked('default')], { name: 'default', reason: 'default' }],
    ['none of several', [], [token('a', 'y'), unasked('b')], null],
    ['none', [], [], null],
  ])('takes %s', (_what, bound, tokens, expected) => {
    expect(chooseToken({ bound, accountId: 'x' }, tokens)).toEqual(expected);
  });
});

it('has nothing stand in where several are there and none is called default', () => {
  expect(standIn([token('a'), token('b')])).toBeNull();
  expect(standIn([token('a'), token('default')])).toEqual({ name: 'default', reason: 'default' });
});
