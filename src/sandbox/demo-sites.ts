/** The demo fleet: an agency and one of its customers, with the oddities that real fleets have. */
import { hexId } from './api/world.js';
import type { SandboxZone } from './state.js';

const AGENCY = { id: hexId('account agency'), name: 'Meadow Lane Agency', subdomain: 'meadow-lane' } as const;
const RETAIL = { id: hexId('account retail'), name: 'Northwind Retail', subdomain: 'northwind' } as const;

export const DEMO_ACCOUNTS = [AGENCY, RETAIL] as const;

export interface DemoSite {
  name: string;
  accountId: string;
  plan: SandboxZone['plan'];
  status?: SandboxZone['status'];
  paused?: boolean;
  /** Label → how its DNS record is served; `@` is the zone itself, `*` every other name. */
  hosts?: Record<string, 'proxied' | 'dns-only'>;
  /** Pattern, script (null runs no Worker), fail open. */
  routes?: [pattern: string, script: string | null, failOpen?: boolean][];
  settings?: Record<string, string>;
}

/** A Worker that says who it is, in its body and in a header. */
function greeter(header: string, body: string): string {
  return `export default {
  async fetch(request) {
    return new Response(${JSON.stringify(body)}, { headers: { 'x-served-by': ${JSON.stringify(header)} } });
  },
};
`;
}

export const DEMO_SCRIPTS: readonly { accountId: string; name: string; code: string }[] = [
  { accountId: AGENCY.id, name: 'image-resizer', code: greeter('image-resizer', 'a picture, resized\n') },
  { accountId: AGENCY.id, name: 'clinic-booking', code: greeter('clinic-booking', 'book a visit\n') },
  { accountId: RETAIL.id, name: 'shop-front', code: greeter('shop-front', 'welcome to the shop\n') },
  { accountId: RETAIL.id, name: 'shop-api', code: greeter('shop-api', '{"basket":[]}\n') },
];

export const DEMO_SITES: readonly DemoSite[] = [
  { name: 'harbour-bakery.example', accountId: AGENCY.id, plan: 'free' },
  { name: 'linden-law.example', accountId: AGENCY.id, plan: 'pro' },
  {
    // Its own Worker on one path, and everything else from the origin.
    name: 'fjord-photo.example',
    accountId: AGENCY.id,
    plan: 'pro',
    hosts: { '@': 'proxied', www: 'proxied', img: 'proxied' },
    routes: [['img.fjord-photo.example/*', 'image-resizer']],
  },
  {
    // The whole site is a Worker, a more specific route is another, and it fails open.
    name: 'elm-clinic.example',
    accountId: AGENCY.id,
    plan: 'business',
    routes: [
      ['elm-clinic.example/*', 'clinic-booking', true],
      ['elm-clinic.example/images/*', 'image-resizer'],
    ],
    settings: { ssl: 'strict' },
  },
  {
    // A route that runs no Worker: a hole in whatever covers the site.
    name: 'cedar-school.example',
    accountId: AGENCY.id,
    plan: 'free',
    routes: [['cedar-school.example/status/*', null]],
  },
  {
    // The mail host goes past Cloudflare, and so does a legacy host.
    name: 'orchard-hotel.example',
    accountId: AGENCY.id,
    plan: 'pro',
    hosts: { '@': 'proxied', www: 'proxied', legacy: 'dns-only' },
  },
  {
    name: 'tidewater-museum.example',
    accountId: AGENCY.id,
    plan: 'free',
    hosts: { '@': 'proxied', '*': 'proxied' },
  },
  { name: 'old-quarry.example', accountId: AGENCY.id, plan: 'free', paused: true },
  { name: 'meadow-staging.example', accountId: AGENCY.id, plan: 'free' },
  { name: 'meadow-dev.example', accountId: AGENCY.id, plan: 'free', settings: { always_use_https: 'off' } },
  {
    name: 'northwind-shop.example',
    accountId: RETAIL.id,
    plan: 'enterprise',
    hosts: { '@': 'proxied', www: 'proxied', api: 'proxied' },
    routes: [
      ['northwind-shop.example/*', 'shop-front'],
      ['www.northwind-shop.example/*', 'shop-front'],
      ['northwind-shop.example/api/*', 'shop-api', true],
    ],
    settings: { ssl: 'strict', min_tls_version: '1.3' },
  },
  { name: 'northwind-outlet.example', accountId: RETAIL.id, plan: 'business' },
  { name: 'northwind-careers.example', accountId: RETAIL.id, plan: 'pro' },
  { name: 'northwind-staging.example', accountId: RETAIL.id, plan: 'free' },
];
