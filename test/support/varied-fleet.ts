/** A fleet with one of everything that a page has to get past, small enough to be killed a hundred times. */
import type { ZoneSketch } from './routed-world.js';

export const VARIED_FLEET: readonly ZoneSketch[] = [
  // Plain sites, enough of them for the one call that sets all routes of a script.
  { domain: 'ash.example', account: 0, routes: [] },
  { domain: 'birch.example', account: 0, routes: [] },
  { domain: 'cedar.example', account: 0, routes: [['*.cedar.example/*', 'theirs']] },
  // A Worker on the whole site that fails open, another on some of its paths, and a hole without any.
  {
    domain: 'dogwood.example',
    account: 0,
    routes: [
      ['dogwood.example/*', 'shop', true],
      ['dogwood.example/api/*', 'api'],
      ['dogwood.example/status/*', null],
    ],
  },
  { domain: 'elm.example', account: 1, routes: [['www.elm.example/*', 'shop', true]] },
];

export const VARIED_DOMAINS = VARIED_FLEET.map(({ domain }) => domain);
