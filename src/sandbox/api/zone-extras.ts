/** Read-only neighbours of a zone: page rules and rulesets, which are always empty here, and Cloudflare's addresses. */
import type { Endpoint } from './endpoint.js';
import { refuse, succeed } from './envelope.js';

export const zoneExtraEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/zones/:zone/pagerules', needs: ['Page Rules Read'], handle: () => succeed([]) },
  {
    // A phase without rules has no entry point ruleset. Source: Cloudflare docs, "View rulesets".
    method: 'GET',
    path: '/zones/:zone/rulesets/phases/:phase/entrypoint',
    needs: ['Zone Read'],
    handle: (call) => {
      throw refuse(404, 10003, `could not find entrypoint ruleset in the "${call.param('phase')}" phase`);
    },
  },
  {
    method: 'GET',
    path: '/ips',
    needs: [],
    handle: () =>
      succeed({
        etag: 'a8e453d9d129a3769407127936edfdb0',
        ipv4_cidrs: ['173.245.48.0/20', '103.21.244.0/22', '104.16.0.0/13', '172.64.0.0/13'],
        ipv6_cidrs: ['2400:cb00::/32', '2606:4700::/32', '2803:f800::/32'],
      }),
  },
];
