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
    expect(chooseToken({ own: bound, near: [], accountId: 'x' }, tokens)).toEqual(expected);
  });
});

describe('chooseToken for a whole account', () => {
  it.each<[string, readonly string[], readonly KnownToken[], object | null]>([
    ['the nearest', ['b', 'a'], [token('a'), token('b')], { name: 'b', reason: 'site' }],
    [
      'the next where that is gone',
      ['gone', 'a'],
      [token('a'), token('b', 'x')],
      { name: 'a', reason: 'site' },
    ],
    ['one that sees it where all are gone', ['gone'], [token('b', 'x')], { name: 'b', reason: 'account' }],
    ['no token that does not see it', ['gone'], [token('a', 'y')], { name: 'gone', reason: 'site' }],
  ])('takes %s', (_what, near, tokens, expected) => {
    expect(chooseToken({ own: [], near, accountId: 'x' }, tokens)).toEqual(expected);
  });

  it('lets nothing stand in for the token of a zone', () => {
    const asked = { own: ['gone'], near: ['a'], accountId: 'x' };
    expect(chooseToken(asked, [token('a', 'x')])).toEqual({ name: 'gone', reason: 'site' });
  });
});

it('has nothing stand in where several are there and none is called default', () => {
  expect(standIn([token('a'), token('b')])).toBeNull();
  expect(standIn([token('a'), token('default')])).toEqual({ name: 'default', reason: 'default' });
});
