import { describe, expect, it } from 'vitest';
import { coveringPatterns, hostnamesOf } from '../../../src/model/site.js';
import { site } from '../../support/builders.js';

describe('hostnamesOf', () => {
  it.each([
    ['an apex and its www', site('example.com'), ['example.com', 'www.example.com']],
    ['a sub-domain alone', site('shop.example.com', { zoneName: 'example.com' }), ['shop.example.com']],
    [
      'what a person set, and nothing else',
      site('example.com', { ownHostnames: ['api.example.com'] }),
      ['api.example.com'],
    ],
  ])('is %s', (_what, of, hostnames) => {
    expect(hostnamesOf(of)).toEqual(hostnames);
  });
});

describe('coveringPatterns', () => {
  it('covers each hostname whole', () => {
    expect(coveringPatterns(site('example.com'))).toEqual(['example.com/*', 'www.example.com/*']);
  });

  it('adds every name below the domain where the site asks for it', () => {
    const shop = site('shop.example.com', { zoneName: 'example.com', subdomains: true });
    expect(coveringPatterns(shop)).toEqual(['shop.example.com/*', '*.shop.example.com/*']);
  });
});
