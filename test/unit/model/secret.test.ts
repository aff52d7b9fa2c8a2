import { describe, expect, it } from 'vitest';
import { MaintError } from '../../../src/model/errors.js';
import { withoutTokens } from '../../../src/model/secret.js';

const USER = `cfut_${'aB3'.repeat(14)}`;
const OLD = 'aB3-_xYz'.repeat(5);

describe('a text without tokens', () => {
  it.each([
    [`'${USER}' is no name`, "'cfut_…' is no name"],
    [`${USER.replace('cfut', 'cfat')} and ${USER}`, 'cfat_… and cfut_…'],
    [`cfk_${'x'.repeat(40)}, cfoat_${'x'.repeat(40)}`, 'cfk_…, cfoat_…'],
    [`--api-token=${OLD}.`, '--api-token=….'],
    [`/run/${OLD}/x`, '/run/…/x'],
  ])('%j', (text, without) => {
    expect(withoutTokens(text)).toBe(without);
  });

  it.each([
    'cfut_ is a prefix',
    `account ${'0a1b'.repeat(8)}`,
    `commit ${'0a1b'.repeat(10)}`,
    `${OLD}x is one longer`,
    'shop.example.com/a/B/3',
  ])('leaves %j', (text) => {
    expect(withoutTokens(text)).toBe(text);
  });

  it('is what every error holds', () => {
    const error = new MaintError('usage', `No ${USER}.`, { hint: `Not ${USER}.`, problems: [OLD] });
    expect([error.message, error.hint, error.problems]).toEqual(['No cfut_….', 'Not cfut_….', ['…']]);
  });
});
