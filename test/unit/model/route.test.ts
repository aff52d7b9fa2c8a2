import { describe, expect, it } from 'vitest';
import { bodyOf, type Route, sameRoute } from '../../../src/model/route.js';
import { route } from '../../support/builders.js';

const base = route('example.com/*', 'shop');

describe('bodyOf', () => {
  it('keeps every field but the id, known or not', () => {
    const found = route('example.com/*', null, {
      request_limit_fail_open: true,
      placement: { mode: 'smart' },
    });
    expect(bodyOf(found)).toEqual({
      pattern: 'example.com/*',
      script: null,
      request_limit_fail_open: true,
      placement: { mode: 'smart' },
    });
  });
});

describe('sameRoute', () => {
  const same: [string, Route][] = [
    ['another id', { ...base, id: 'made anew' }],
    ['a fail-open flag that is written out', { ...base, request_limit_fail_open: false }],
    ['fields in another order', { script: base.script, pattern: base.pattern, id: base.id }],
    ['a field that is not set', { ...base, placement: undefined }],
  ];
  it.each(same)('makes nothing of %s', (_what, other) => {
    expect(sameRoute(base, other)).toBe(true);
    expect(sameRoute(other, base)).toBe(true);
  });

  const different: [string, Route][] = [
    ['another Worker', { ...base, script: 'api' }],
    ['no Worker', { ...base, script: null }],
    ['another pattern', { ...base, pattern: 'example.com/a*' }],
    ['failing open', { ...base, request_limit_fail_open: true }],
    ['a field that this version does not know', { ...base, placement: { mode: 'smart' } }],
  ];
  it.each(different)('notices %s', (_what, other) => {
    expect(sameRoute(base, other)).toBe(false);
    expect(sameRoute(other, base)).toBe(false);
  });
});
