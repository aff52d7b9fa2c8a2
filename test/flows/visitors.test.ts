import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { bypassDocument, documentOf, runDocument, statusDocument } from '../support/documents.js';
import { visit } from '../support/visit.js';

/** What the displaced Workers of the demo sites say, and the origin. */
const PLACES = [
  ['https://harbour-bakery.example/', null],
  ['https://www.linden-law.example/a?b=c', null],
  ['https://elm-clinic.example/book', 'clinic-booking'],
  ['https://elm-clinic.example/images/x.png', 'image-resizer'],
  ['https://cedar-school.example/status/now', null],
  ['https://northwind-shop.example/', 'shop-front'],
  ['https://northwind-shop.example/api/basket', 'shop-api'],
] as const;
const SITES = ['harbour-bakery', 'linden-law', 'elm-clinic', 'cedar-school', 'northwind-shop'].map(
  (name) => `${name}.example`,
);

let bench: Bench;
const ask = (url: string, headers?: Record<string, string>) => visit(bench.sandbox, url, headers);

beforeAll(async () => {
  bench = await startBench({ edge: true });
  expect((await bench.maint('discover')).code).toBe(0);
}, 60_000);
afterAll(() => bench.close());

async function expectServedAsBefore(): Promise<void> {
  for (const [url, worker] of PLACES) {
    const answer = await ask(url);
    expect([url, answer.status, answer.headers['x-served-by'] ?? null]).toEqual([url, 200, worker]);
    expect(answer.headers['x-maint-event']).toBeUndefined();
  }
}

describe('through the edge', () => {
  let eventId: string;

  it('visitors get the site before', expectServedAsBefore);

  it('puts the page up and sees it', async () => {
    const page = ['--message', 'Back at six & <soon>.', '--for', '2h', '--allow-ip', '203.0.113.0/24'];
    const passing = ['--allow-path', '/webhooks/*'];
    const run = await bench.maint('enable', ...SITES, ...page, ...passing, '--yes', '--json');
    const document = documentOf(run, runDocument);
    expect(run.code).toBe(0);
    expect(document.sites.map((site) => site.verified)).toEqual(SITES.map(() => true));
    eventId = document.eventId!;
  });

  it('shows a browser the page, on every URL', async () => {
    for (const [url] of PLACES) {
      const answer = await ask(url);
      expect([url, answer.status]).toEqual([url, 503]);
      expect(answer.headers).toMatchObject({
        'x-maint-event': eventId,
        'cache-control': 'no-store',
        'content-type': 'text/html; charset=utf-8',
      });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(7_200 + 60);
      expect(answer.body).toContain('Back at six &#38; &#60;soon&#62;.');
    }
  });

  it('answers API clients and the rest in their own form', async () => {
    const problem = await ask('https://northwind-shop.example/api/basket', { accept: 'application/json' });
    expect(problem.status).toBe(503);
    expect(problem.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(problem.body)).toMatchObject({ status: 503 });
    const plain = await ask('https://harbour-bakery.example/', { accept: 'text/plain' });
    expect(plain.headers['content-type']).toContain('text/plain');
    expect(plain.body).toContain('Back at six & <soon>.');
  });

  it('speaks the language of the visitor', async () => {
    const german = await ask('https://harbour-bakery.example/', {
      accept: 'text/html',
      'accept-language': 'de-AT',
    });
    expect(german.body).toMatch(/<html[^>]* lang="de/);
    const arabic = await ask('https://harbour-bakery.example/', {
      accept: 'text/html',
      'accept-language': 'ar',
    });
    expect(arabic.body).toMatch(/dir="rtl"/);
  });

  it('lets addresses and paths through that are allowed', async () => {
    const office = { accept: 'text/html', 'x-sandbox-client-ip': '203.0.113.7' };
    expect((await ask('https://harbour-bakery.example/', office)).status).toBe(200);
    expect((await ask('https://harbour-bakery.example/webhooks/pay')).status).toBe(200);
    expect((await ask('https://harbour-bakery.example/.well-known/acme-challenge/x')).status).toBe(200);
  });

  it('leads a bypass user to the Worker that served each URL before', async () => {
    for (const [url, worker] of PLACES) {
      const { hostname } = new URL(url);
      const domain = hostname.replace(/^www\./, '');
      const run = await bench.maint('bypass', domain, '--json');
      const { header, url: link, expiresAt } = documentOf(run, bypassDocument);
      expect(expiresAt === null || Date.parse(expiresAt) > Date.now()).toBe(true);
      expect(new URL(link).hostname).toBe(domain);
      const robot = await ask(url, { accept: 'text/html', [header.name]: header.value });
      expect([url, robot.status, robot.headers['x-served-by'] ?? null]).toEqual([url, 200, worker]);
    }
  });

  it('gives a person who follows the link a cookie, and the site from then on', async () => {
    const { stdout } = await bench.maint('bypass', 'elm-clinic.example');
    const first = await ask(stdout.trim());
    expect([302, 303, 307]).toContain(first.status);
    expect(first.headers.location).not.toContain('maint-bypass');
    const cookie = first.headers['set-cookie']![0]!.split(';')[0]!;
    const second = await ask('https://elm-clinic.example/images/a.png', { accept: 'text/html', cookie });
    expect([second.status, second.headers['x-served-by']]).toEqual([200, 'image-resizer']);
    const wrong = await ask('https://elm-clinic.example/', { accept: 'text/html', cookie: `${cookie}x` });
    expect(wrong.status).toBe(503);
  });

  it('sees with status --verify what visitors see', async () => {
    const run = await bench.maint('status', '--verify', '--exit-code', '--json');
    expect(run.code).toBe(0);
    const document = documentOf(run, statusDocument);
    for (const site of document.sites) {
      const up = SITES.includes(site.domain);
      expect(site).toMatchObject({
        recorded: up ? 'maintenance' : 'live',
        observed: up ? 'maintenance' : 'live',
        drift: false,
      });
      if (up) expect(site.verified).toBe(true);
    }
  });

  it('takes the page down; visitors get what they had', async () => {
    const run = await bench.maint('disable', ...SITES, '--yes', '--json');
    const document = documentOf(run, runDocument);
    expect(document.sites.map((site) => [site.outcome, site.verified])).toEqual(
      SITES.map(() => ['disabled', true]),
    );
    await expectServedAsBefore();
  });

  it('says honestly where visitors do not see the page', async () => {
    const run = await bench.maint('enable', 'old-quarry.example', '--yes', '--json');
    const document = documentOf(run, runDocument);
    expect(document.sites[0]!.verified).not.toBe(true);
    expect((await ask('https://old-quarry.example/')).status).toBe(200);
    await bench.maint('disable', 'old-quarry.example', '--yes');
  });

  it('shows a page of its own, and ends by itself with --auto-end', async () => {
    const file = `${bench.folder}/own.html`;
    writeFileSync(file, '<!doctype html><title>Own</title><h1>Our own page</h1>');
    const until = new Date(Date.now() + 4_000).toISOString();
    const flags = ['--page', file, '--until', until, '--auto-end', '--yes', '--json'];
    expect((await bench.maint('enable', 'harbour-bakery.example', ...flags)).code).toBe(0);
    const page = await ask('https://harbour-bakery.example/');
    expect([page.status, page.body]).toEqual([503, expect.stringContaining('Our own page')]);
    await expect
      .poll(async () => (await ask('https://harbour-bakery.example/')).status, { timeout: 8_000 })
      .toBe(200);
    const status = await bench.maint('status', 'harbour-bakery.example', '--verify', '--json');
    expect(documentOf(status, statusDocument).sites).toMatchObject([{ drift: false, verified: true }]);
    await bench.maint('disable', 'harbour-bakery.example', '--yes');
    await expectServedAsBefore();
  });
});
