import { describe, expect, it } from 'vitest';
import { isStricter, strictestFor, supporting } from '../../../src/setup/ssl-choice.js';

describe('the strictest mode that the origins support', () => {
  it.each([
    [[], null],
    [['none'], null],
    [['trusted', 'none'], null],
    [['untrusted', 'none'], null],
    [['untrusted'], 'full'],
    [['trusted', 'untrusted'], 'full'],
    [['trusted', 'trusted'], 'strict'],
  ] as const)('%j → %s', (origins, mode) => {
    expect(strictestFor(origins)).toBe(mode);
  });

  it('orders the modes from the least protected on', () => {
    const modes = ['off', 'flexible', 'full', 'strict', 'origin_pull'] as const;
    for (const [index, mode] of modes.entries()) {
      for (const [other, than] of modes.entries()) expect(isStricter(mode, than)).toBe(index > other);
    }
  });
});

it.each([
  ['flexible', 'none', true],
  ['full', 'none', false],
  ['full', 'untrusted', true],
  ['strict', 'untrusted', false],
  ['strict', 'trusted', true],
  ['origin_pull', 'untrusted', false],
] as const)('%s with an origin of %s: %s', (mode, tls, fits) => {
  expect(supporting(mode).includes(tls)).toBe(fits);
});
