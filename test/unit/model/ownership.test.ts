import { describe, expect, it } from 'vitest';
import { mayChange, mayGiveAway, standing } from '../../../src/model/ownership.js';
import type { Role } from '../../../src/model/vocabulary.js';
import { site } from '../../support/builders.js';

const shared = (role: Role, user = 'ann') => site('a.example', { owner: 'bob', shares: [{ user, role }] });

describe('ann, where', () => {
  it.each([
    ['nobody owns it', site('a.example'), true, true],
    ['she owns it', site('a.example', { owner: 'ann' }), true, true],
    ['somebody else owns it', site('a.example', { owner: 'bob' }), false, false],
    ['it is shared to look at', shared('viewer'), false, false],
    ['it is shared to operate', shared('operator'), true, false],
    ['it is shared to own', shared('owner'), true, true],
    ['it is shared with a third person', shared('owner', 'carl'), false, false],
  ])('%s', (_what, of, change, giveAway) => {
    expect([mayChange(of, 'ann'), mayGiveAway(of, 'ann')]).toEqual([change, giveAway]);
  });

  it('says how it stands', () => {
    expect(standing(shared('viewer'), 'ann')).toBe('owned by bob, shared with ann as viewer');
    expect(standing(shared('viewer'), 'eve')).toBe('owned by bob, not shared with eve');
  });
});
