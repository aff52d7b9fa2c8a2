import { describe, expect, it } from 'vitest';
import { matchRoute } from '../../../src/sandbox/edge/match.js';
import { route } from './sample-state.js';

/** URL, the patterns of the zone, and the one that answers (null: none). */
type Row = [url: string, patterns: string[], winner: string | null];

const MATCHING: Row[] = [
  ['https://example.com/', ['example.com/*'], 'example.com/*'],
  ['https://example.com/a/b?c=d', ['example.com/*'], 'example.com/*'],
  ['https://www.example.com/', ['example.com/*'], null],
  ['https://example.com/', ['example.com'], 'example.com'],
  ['https://example.com/a', ['example.com'], null],
  ['https://example.com/?a=1', ['example.com'], null],
  ['https://example.com/', ['example.com/'], 'example.com/'],
  ['https://example.com/a', ['example.com*'], 'example.com*'],
  ['https://example.com/x', ['example.com/x'], 'example.com/x'],
  ['https://example.com/x?y=1', ['example.com/x'], null],
  ['https://example.com/x?y=1', ['example.com/x*'], 'example.com/x*'],
  ['https://example.com/x/', ['example.com/x'], null],
  ['https://example.com/x#top', ['example.com/x'], 'example.com/x'],
  ['https://example.com/images', ['example.com/images/*'], null],
  ['https://example.com/Images/a', ['example.com/images/*'], null],
  ['https://EXAMPLE.com/a', ['Example.COM/*'], 'Example.COM/*'],
  ['https://a.example.com/', ['*.example.com/*'], '*.example.com/*'],
  ['https://a.b.example.com/', ['*.example.com/*'], '*.example.com/*'],
  ['https://example.com/', ['*.example.com/*'], null],
  ['https://example.com/', ['*example.com/*'], '*example.com/*'],
  ['https://www.example.com/', ['*example.com/*'], '*example.com/*'],
  ['https://myexample.com/', ['*example.com/*'], '*example.com/*'],
  ['https://shop.example.com/', ['*/*'], '*/*'],
  ['http://example.com/', ['https://example.com/*'], null],
  ['https://example.com/', ['https://example.com/*'], 'https://example.com/*'],
  ['http://example.com/', ['http://example.com/*'], 'http://example.com/*'],
  ['http://example.com/', ['example.com/*'], 'example.com/*'],
  ['https://example.com/a*b', ['example.com/a*b'], 'example.com/a*b'],
  ['https://example.com/aXb', ['example.com/a*b'], null],
  ['https://example.com/', [], null],
];

const PRECEDENCE: Row[] = [
  ['https://example.com/api/v1', ['example.com/*', 'example.com/api/*'], 'example.com/api/*'],
  ['https://example.com/api/v1', ['example.com/api/*', 'example.com/*'], 'example.com/api/*'],
  ['https://example.com/other', ['example.com/*', 'example.com/api/*'], 'example.com/*'],
  ['https://example.com/x', ['example.com/x*', 'example.com/x'], 'example.com/x'],
  ['https://a.example.com/', ['*.example.com/*', 'a.example.com/*'], 'a.example.com/*'],
  ['https://a.example.com/', ['*example.com/*', '*.example.com/*'], '*.example.com/*'],
  ['https://b.a.example.com/', ['*.example.com/*', '*.a.example.com/*'], '*.a.example.com/*'],
  ['https://a.example.com/', ['*/*', '*example.com/*'], '*example.com/*'],
  // Hostnames are compared before paths.
  ['https://a.example.com/a', ['a.example.com/*', '*.example.com/a'], 'a.example.com/*'],
  ['https://www.example.com/a', ['a.example.com/*', '*.example.com/a'], '*.example.com/a'],
  // Cloudflare's known issue.
  [
    'https://example.com/images/hello',
    ['example.com/images/*', 'example.com/images*'],
    'example.com/images*',
  ],
  [
    'https://example.com/images/hello',
    ['example.com/images*', 'example.com/images/*'],
    'example.com/images*',
  ],
  [
    'https://example.com/images/hello',
    ['example.com/image*', 'example.com/images/*'],
    'example.com/images/*',
  ],
  [
    'https://example.com/images/a/b',
    ['example.com/images*', 'example.com/images/a/*'],
    'example.com/images/a/*',
  ],
  ['https://example.com/', ['example.com/*', 'https://example.com/*'], 'https://example.com/*'],
  ['http://example.com/', ['example.com/*', 'https://example.com/*'], 'example.com/*'],
  ['https://example.com/api/', ['https://example.com/*', 'example.com/api/*'], 'example.com/api/*'],
];

describe('matchRoute', () => {
  it.each(MATCHING)('%s with %j is answered by %s', (url, patterns, winner) => {
    expect(
      matchRoute(
        url,
        patterns.map((pattern) => route(pattern)),
      )?.pattern ?? null,
    ).toBe(winner);
  });

  it.each(PRECEDENCE)('%s: of %j wins %s', (url, patterns, winner) => {
    expect(
      matchRoute(
        url,
        patterns.map((pattern) => route(pattern)),
      )?.pattern,
    ).toBe(winner);
  });

  it('lets a route without a Worker win', () => {
    const routes = [route('example.com/*', 'page'), route('example.com/health*', null)];
    expect(matchRoute('https://example.com/health/live', routes)).toMatchObject({ script: null });
  });
});
