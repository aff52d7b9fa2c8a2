import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { changedDocument, documentOf, listDocument, runDocument } from '../support/documents.js';

let bench: Bench;
let before: ReturnType<Bench['sandbox']['snapshot']>;

/** A route as somebody else's hand would have left it. */
function addRoute(domain: string, pattern: string, script: string | null, failOpen = false): void {
  const zoneId = bench.zoneId(domain);
  const id = createHash('md5').update(pattern).digest('hex');
  const routes = bench.sandbox.state.routes.get(zoneId)!;
  routes.push({ id, pattern, script, request_limit_fail_open: failOpen });
}

const enable = async (...argv: string[]) => {
  const run = await bench.maint('enable', ...argv, '--yes', '--json');
  return { run, document: documentOf(run, runDocument) };
};
const disable = async (...argv: string[]) => {
  const run = await bench.maint('disable', ...argv, '--yes', '--json');
  return { run, document: documentOf(run, runDocument) };
};
/** Leaves an event as a run does that died before it had made every route. */
async function interrupt(
  eventId: string,
  domain: string,
  keeps: (route: { readonly pattern: string }) => boolean,
): Promise<void> {
  const routes = bench.sandbox.state.routes;
  routes.set(bench.zoneId(domain), routes.get(bench.zoneId(domain))!.filter(keeps));
  await bench.sandbox.changed();
  await bench.withStore((store) =>
    store.events.setSiteState(eventId, [domain], 'opening', new Date().toISOString()),
  );
  bench.landed();
}
const scriptAt = (domain: string, pattern: string) =>
  bench.routesOf(domain).find((route) => route.pattern === pattern)?.script;
const changes = (document: Awaited<ReturnType<typeof enable>>['document'], domain: string) =>
  document.sites
    .find((site) => site.domain === domain)!
    .changes.map(({ action, pattern, before }) => `${action} ${pattern} ${before}`)
    .sort();

beforeAll(async () => {
  bench = await startBench({ record: true });
  addRoute('fjord-photo.example', '*.fjord-photo.example/*', 'image-resizer', true);
  addRoute('linden-law.example', 'https://linden-law.example/client/*', 'clinic-booking', true);
  addRoute('linden-law.example', 'http://www.linden-law.example/old/*', null);
  await bench.sandbox.changed();
  before = bench.sandbox.snapshot();
  expect((await bench.maint('discover')).code).toBe(0);
});
afterAll(() => bench.close());
beforeEach(() => {
  if (isDeepStrictEqual(bench.sandbox.snapshot(), before)) return;
  throw new Error('the test before this one left the sandbox changed');
});

describe('enable and disable', () => {
  it('creates routes where there are none, and takes them away', async () => {
    const { run, document } = await enable(
      'harbour-bakery.example',
      '--reason',
      'r',
      '--message',
      'm',
      '--for',
      '30m',
    );
    expect(run.code).toBe(0);
    expect(document).toMatchObject({
      command: 'enable',
      dryRun: false,
      summary: { selected: 1, changed: 1, unchanged: 0, failed: 0, unknown: 0 },
      sites: [{ domain: 'harbour-bakery.example', outcome: 'enabled', verified: null, error: null }],
    });
    expect(document.eventId).toMatch(/^\d{8}-[a-z2-9]{8}$/);
    const script = `maint-${document.eventId}`;
    expect(document.sites[0]!.changes).toMatchObject([
      { action: 'create-route', pattern: 'harbour-bakery.example/*', before: null, after: script },
      { action: 'create-route', pattern: 'www.harbour-bakery.example/*', before: null, after: script },
    ]);
    expect(bench.routesOf('harbour-bakery.example')).toMatchObject([{ script }, { script }]);

    const { sites } = documentOf(await bench.maint('list', '--state', 'maintenance', '--json'), listDocument);
    expect(sites).toMatchObject([
      {
        domain: 'harbour-bakery.example',
        status: 'maintenance',
        maintenance: { eventId: document.eventId, kind: 'manual', reason: 'r', message: 'm', actor: 'ann' },
      },
    ]);
    const { since, until } = sites[0]!.maintenance!;
    expect(Date.parse(until!) - Date.parse(since)).toBeGreaterThan(29 * 60_000);

    const down = await disable('harbour-bakery.example');
    expect(down.run.code).toBe(0);
    expect(down.document.sites).toMatchObject([{ outcome: 'disabled', error: null }]);
    expect(changes(down.document, 'harbour-bakery.example')).toEqual([
      `delete-route harbour-bakery.example/* ${script}`,
      `delete-route www.harbour-bakery.example/* ${script}`,
    ]);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('takes over more specific, scriptless and scheme-qualified routes, and puts every field back', async () => {
    const domains = ['elm-clinic', 'cedar-school', 'linden-law', 'northwind-shop'].map(
      (name) => `${name}.example`,
    );
    const { run, document } = await enable(...domains);
    expect(run.code).toBe(0);
    expect(changes(document, 'elm-clinic.example')).toEqual([
      'create-route www.elm-clinic.example/* null',
      'take-over-route elm-clinic.example/* clinic-booking',
      'take-over-route elm-clinic.example/images/* image-resizer',
    ]);
    expect(changes(document, 'cedar-school.example')).toContain(
      'take-over-route cedar-school.example/status/* null',
    );
    expect(changes(document, 'linden-law.example')).toEqual([
      'create-route linden-law.example/* null',
      'create-route www.linden-law.example/* null',
      'take-over-route http://www.linden-law.example/old/* null',
      'take-over-route https://linden-law.example/client/* clinic-booking',
    ]);
    const script = `maint-${document.eventId}`;
    for (const domain of domains) {
      expect(new Set(bench.routesOf(domain).map((route) => route.script))).toEqual(new Set([script]));
    }
    const failOpen = bench.routesOf('elm-clinic.example').filter((route) => route.request_limit_fail_open);
    expect(failOpen.map((route) => route.pattern)).toEqual(['elm-clinic.example/*']);

    expect((await disable(...domains)).run.code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('leaves a wildcard route below the page and other hosts of the zone alone', async () => {
    const { document } = await enable('fjord-photo.example');
    expect(changes(document, 'fjord-photo.example')).toEqual([
      'create-route fjord-photo.example/* null',
      'create-route www.fjord-photo.example/* null',
    ]);
    expect(scriptAt('fjord-photo.example', '*.fjord-photo.example/*')).toBe('image-resizer');
    expect(scriptAt('fjord-photo.example', 'img.fjord-photo.example/*')).toBe('image-resizer');
    await disable('fjord-photo.example');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('covers every sub-domain where the site asks for it', async () => {
    await bench.maint('site', 'edit', 'fjord-photo.example', '--subdomains');
    const { document } = await enable('fjord-photo.example');
    expect(changes(document, 'fjord-photo.example')).toEqual([
      'create-route fjord-photo.example/* null',
      'create-route www.fjord-photo.example/* null',
      'take-over-route *.fjord-photo.example/* image-resizer',
      'take-over-route img.fjord-photo.example/* image-resizer',
    ]);
    const script = `maint-${document.eventId}`;
    expect(scriptAt('fjord-photo.example', '*.fjord-photo.example/*')).toBe(script);
    await bench.maint('site', 'edit', 'fjord-photo.example', '--no-subdomains');
    await disable('fjord-photo.example');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('covers hostnames of its own choice, and a site that is a sub-domain of a zone', async () => {
    await bench.maint(
      'site',
      'edit',
      'orchard-hotel.example',
      '--set-hostname',
      'legacy.orchard-hotel.example',
    );
    const added = await bench.maint('site', 'add', 'img.fjord-photo.example');
    expect(added.code).toBe(0);
    const { document } = await enable('orchard-hotel.example', 'img.fjord-photo.example');
    expect(changes(document, 'orchard-hotel.example')).toEqual([
      'create-route legacy.orchard-hotel.example/* null',
    ]);
    expect(changes(document, 'img.fjord-photo.example')).toEqual([
      'take-over-route img.fjord-photo.example/* image-resizer',
    ]);
    await disable('--state', 'maintenance');
    expect(bench.sandbox.snapshot()).toEqual(before);
    await bench.maint('site', 'remove', 'img.fjord-photo.example', '--yes');
    const cleared = await bench.maint(
      'site',
      'edit',
      'orchard-hotel.example',
      '--set-hostname',
      '',
      '--json',
    );
    expect(documentOf(cleared, changedDocument).sites[0]!.hostnames).toHaveLength(2);
  });

  it('keeps routes of others with --existing-routes keep, and says what dodges', async () => {
    const { run, document } = await enable('elm-clinic.example', '--existing-routes', 'keep');
    expect(run.code).toBe(0);
    expect(changes(document, 'elm-clinic.example')).toEqual(['create-route www.elm-clinic.example/* null']);
    expect(document.sites[0]!.dodged.map((dodge) => dodge.pattern)).toEqual([
      'elm-clinic.example/*',
      'elm-clinic.example/images/*',
    ]);
    await disable('elm-clinic.example');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it.each(['enable', 'resume'])('keeps them as well when %s completes the page', async (next) => {
    const domain = 'harbour-bakery.example';
    addRoute(domain, `${domain}/api/*`, 'image-resizer');
    await bench.sandbox.changed();
    const { document } = await enable(domain, '--existing-routes', 'keep');
    await interrupt(document.eventId!, domain, (route) => !route.pattern.startsWith('www.'));
    const run = next === 'resume' ? await bench.maint('resume') : (await enable(domain)).run;
    expect(run.code).toBe(0);
    expect(scriptAt(domain, `${domain}/api/*`)).toBe('image-resizer');
    expect(scriptAt(domain, `www.${domain}/*`)).toBe(`maint-${document.eventId}`);
    await disable(domain);
    expect(bench.routesOf(domain)).toMatchObject([{ pattern: `${domain}/api/*` }]);
    bench.sandbox.state.routes.set(bench.zoneId(domain), []);
    await bench.sandbox.changed();
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('fails with a way out where keeping leaves nothing to show the page', async () => {
    await bench.maint('site', 'edit', 'elm-clinic.example', '--set-hostname', 'elm-clinic.example');
    for (const dryRun of [[], ['--dry-run']]) {
      const { run, document } = await enable('elm-clinic.example', '--existing-routes', 'keep', ...dryRun);
      expect(run.code).toBe(1);
      expect(document.sites).toMatchObject([{ outcome: 'skipped', changes: [] }]);
      expect(document.error).toMatchObject({
        code: 'failed',
        message: expect.stringContaining('elm-clinic.example shows no page'),
        hint: expect.stringContaining('--existing-routes take-over'),
      });
    }
    await bench.maint('site', 'edit', 'elm-clinic.example', '--set-hostname', '');
  });

  it('resume refuses a route that came in the way of --existing-routes fail, and finishes the rest', async () => {
    const strict = await enable('harbour-bakery.example', '--existing-routes', 'fail');
    const other = await enable('linden-law.example');
    await interrupt(strict.document.eventId!, 'harbour-bakery.example', () => false);
    await interrupt(
      other.document.eventId!,
      'linden-law.example',
      (route) => route.pattern !== 'linden-law.example/*',
    );
    addRoute('harbour-bakery.example', 'harbour-bakery.example/new/*', 'image-resizer');
    await bench.sandbox.changed();
    const run = await bench.maint('resume', '--json');
    expect(run.code).toBe(3);
    expect(documentOf(run, runDocument).sites).toMatchObject([
      { domain: 'harbour-bakery.example', outcome: 'failed', changes: [], error: { code: 'guard-refused' } },
      { domain: 'linden-law.example', outcome: 'enabled' },
    ]);
    expect(scriptAt('harbour-bakery.example', 'harbour-bakery.example/new/*')).toBe('image-resizer');
    bench.sandbox.state.routes.set(bench.zoneId('harbour-bakery.example'), []);
    await bench.sandbox.changed();
    await disable('harbour-bakery.example', 'linden-law.example');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('refuses with --existing-routes fail where a route is in the way, and sends nothing', async () => {
    const mutations = bench.sandbox.mutations().length;
    const run = await bench.maint(
      'enable',
      'elm-clinic.example',
      '--existing-routes',
      'fail',
      '--yes',
      '--json',
    );
    expect(run.code).toBe(7);
    expect(documentOf(run, runDocument).error).toMatchObject({
      code: 'guard-refused',
      message: expect.stringContaining('elm-clinic.example/*'),
    });
    expect(bench.sandbox.mutations()).toHaveLength(mutations);
    const free = await enable('harbour-bakery.example', '--existing-routes', 'fail');
    expect(free.run.code).toBe(0);
    await disable('harbour-bakery.example');
  });

  it('changes nothing the second time and says whose event it is', async () => {
    const first = await enable('harbour-bakery.example', '--reason', 'Move');
    const mutations = bench.sandbox.mutations().length;
    const again = await bench.maintWith(
      { env: { MAINT_ACTOR: 'bob' } },
      ...['enable', 'harbour-bakery.example', '--yes', '--json'],
    );
    const document = documentOf(again, runDocument);
    expect(again.code).toBe(0);
    expect(document).toMatchObject({
      eventId: first.document.eventId,
      summary: { changed: 0, unchanged: 1 },
      sites: [{ outcome: 'unchanged', changes: [], note: expect.stringMatching(/put up by ann \(Move\)/) }],
    });
    expect(bench.sandbox.mutations()).toHaveLength(mutations);
    await disable('harbour-bakery.example');
    const twice = await disable('harbour-bakery.example');
    expect(twice.run.code).toBe(0);
    expect(twice.document).toMatchObject({
      summary: { changed: 0, unchanged: 1 },
      sites: [{ outcome: 'unchanged' }],
    });
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it("adopts a monitor's event: from then on it is the operator's", async () => {
    const { document } = await enable('harbour-bakery.example');
    const eventId = document.eventId!;
    const kind = await bench.withStore((store) => {
      store.events.update(eventId, { kind: 'monitor', actor: 'monitor' });
      return store.events.get(eventId)!.kind;
    });
    expect(kind).toBe('monitor');
    const mutations = bench.sandbox.mutations().length;
    const again = await enable('harbour-bakery.example', '--reason', 'I look after it');
    expect(again.document).toMatchObject({ eventId, sites: [{ outcome: 'unchanged' }] });
    const { sites } = documentOf(await bench.maint('list', 'harbour-bakery.example', '--json'), listDocument);
    expect(sites[0]!.maintenance).toMatchObject({ eventId, kind: 'manual', actor: 'ann' });
    expect(bench.sandbox.mutations()).toHaveLength(mutations);
    await disable('harbour-bakery.example');
  });

  it('takes both accounts with one event, and a paused zone with a warning', async () => {
    const { run, document } = await enable('--all', '--exclude-environment', 'staging');
    expect(run.code).toBe(0);
    expect(document.summary).toMatchObject({ selected: 14, changed: 14 });
    expect(document.warnings).toEqual([
      expect.stringContaining('old-quarry.example'),
      expect.stringContaining('If one of these 2 accounts is on Workers Free'),
    ]);
    for (const account of bench.accounts) {
      const names = [...bench.sandbox.state.scripts.get(account)!.keys()];
      expect(names.filter((name) => name.startsWith('maint-'))).toEqual([`maint-${document.eventId}`]);
    }
    const down = await disable('--all');
    expect(down.document.summary).toMatchObject({ selected: 14, changed: 14 });
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('lifts part of an event and keeps the rest up', async () => {
    await enable('harbour-bakery.example', 'linden-law.example', 'northwind-outlet.example');
    await disable('harbour-bakery.example');
    const { sites } = documentOf(await bench.maint('list', '--state', 'maintenance', '--json'), listDocument);
    expect(sites.map((site) => site.domain)).toEqual(['linden-law.example', 'northwind-outlet.example']);
    expect(bench.routesOf('harbour-bakery.example')).toEqual([]);
    await disable('--state', 'maintenance');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('takes domains from standard input', async () => {
    const options = { input: 'harbour-bakery.example\nlinden-law.example\n' };
    const run = await bench.maintWith(options, 'enable', '-', '--yes', '--json');
    expect(documentOf(run, runDocument).summary).toMatchObject({ selected: 2, changed: 2 });
    const empty = await bench.maintWith({ input: '\n# nothing\n' }, 'disable', '-', '--yes', '--json');
    expect(empty.code).toBe(2);
    expect(
      documentOf(await bench.maintWith(options, 'disable', '-', '--yes', '--json'), runDocument).ok,
    ).toBe(true);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });
});

describe('a dry run', () => {
  const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

  it('sends nothing that changes, writes nothing, and is content with a token for reading', async () => {
    const env = { CLOUDFLARE_API_TOKEN: bench.sandbox.tokens.readOnly };
    const mutations = bench.sandbox.mutations().length;
    const hash = hashOf(bench.db);
    const run = await bench.maintWith({ env }, 'enable', '--all', '--dry-run', '--json');
    const document = documentOf(run, runDocument);
    expect(run.code).toBe(0);
    expect(document).toMatchObject({
      dryRun: true,
      eventId: null,
      summary: { selected: 14, changed: 14, failed: 0 },
    });
    expect(new Set(document.sites.map((site) => site.outcome))).toEqual(new Set(['planned']));
    expect(document.estimate).toMatchObject({
      requests: expect.any(Number),
      durationMs: expect.any(Number),
    });
    const person = await bench.maintWith({ env, columns: 100 }, 'enable', 'elm-clinic.example', '--dry-run');
    expect(person.stdout).toMatch(/clinic-booking/);
    expect(person.stdout).toMatch(/API calls?/);
    expect(bench.sandbox.mutations()).toHaveLength(mutations);
    expect(hashOf(bench.db)).toBe(hash);
    expect(existsSync(`${bench.db}-wal`)).toBe(false);
  });

  it('ends with 10 where --exit-code asks whether there is something to do', async () => {
    const planned = await bench.maint('enable', 'elm-clinic.example', '--dry-run', '--exit-code', '--json');
    expect(planned.code).toBe(10);
    expect(documentOf(planned, runDocument).ok).toBe(true);
    const nothing = await bench.maint('disable', 'elm-clinic.example', '--dry-run', '--exit-code', '--json');
    expect(nothing.code).toBe(0);
    await enable('elm-clinic.example');
    const lift = await bench.maint('disable', 'elm-clinic.example', '--dry-run', '--exit-code', '--json');
    expect(lift.code).toBe(10);
    const plan = documentOf(lift, runDocument);
    const { document } = await disable('elm-clinic.example');
    expect(changes(plan, 'elm-clinic.example')).toEqual(changes(document, 'elm-clinic.example'));
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('shows that somebody changed a route meanwhile, and asks before the others are put back', async () => {
    const { document } = await enable('elm-clinic.example');
    const theirs = bench.sandbox.state.routes
      .get(bench.zoneId('elm-clinic.example'))!
      .find((route) => route.pattern === 'elm-clinic.example/images/*')!;
    theirs.script = 'clinic-booking';
    await bench.sandbox.changed();
    const dry = await bench.maint('disable', 'elm-clinic.example', '--dry-run', '--json');
    expect(dry.code).toBe(5);
    expect(documentOf(dry, runDocument)).toMatchObject({
      summary: { changed: 0, conflicts: 1 },
      sites: [{ outcome: 'conflict', changes: [{}, {}], conflicts: [{ pattern: theirs.pattern }] }],
    });
    expect((await bench.maint('disable', 'elm-clinic.example', '--json')).code).toBe(2);
    expect(scriptAt('elm-clinic.example', 'elm-clinic.example/*')).toBe(`maint-${document.eventId}`);
    expect((await disable('elm-clinic.example')).run.code).toBe(5);
    expect(scriptAt('elm-clinic.example', 'elm-clinic.example/*')).toBe('clinic-booking');
    expect((await disable('elm-clinic.example', '--force')).run.code).toBe(0);
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('plans what the run then does', async () => {
    const all = ['--all', '--exclude-domain', 'old-quarry.example'];
    const plan = documentOf(await bench.maint('enable', ...all, '--dry-run', '--json'), runDocument);
    const { document } = await enable(...all);
    const lines = (of: typeof plan) => of.sites.map((site) => changes(of, site.domain));
    expect(lines(document)).toEqual(lines(plan));
    await disable('--all');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });
});
