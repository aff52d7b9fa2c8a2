import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { documentOf, listDocument, setupDocument } from '../support/documents.js';

const APEX = 'site-0001.example';
const WWW = `www.${APEX}`;
const ORIGIN = '203.0.113.7';

describe('setup', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench({ fleet: 'plain', zones: 3, edge: true });
  });
  afterAll(() => bench.close());

  const setup = async (...argv: string[]) => {
    const run = await bench.maint('setup', '--json', ...argv);
    const document = documentOf(run, setupDocument);
    const status = (name: string) => document.steps.find((step) => step.name === name)?.status;
    const said = (name: string) => {
      const step = document.steps.find((one) => one.name === name);
      return [step?.message, ...(step?.details ?? [])].join(' ');
    };
    return { ...run, document, status, said };
  };
  const statuses = ({ document }: Awaited<ReturnType<typeof setup>>) =>
    Object.fromEntries(document.steps.map(({ name, status }) => [name, status]));
  const zone = (domain = APEX) => bench.sandbox.state.zones.get(bench.zoneId(domain))!;
  const records = () => bench.sandbox.state.dns.get(bench.zoneId(APEX))!;

  /** Brings the sandbox into a state, runs, tears down, and compares the whole of it. */
  async function around(change: () => void, work: () => Promise<void>): Promise<void> {
    const { dns, settings } = bench.sandbox.state;
    const kept = {
      dns: structuredClone(records()),
      settings: settings.get(zone().id) ?? new Map(),
      zone: { ...zone() },
    };
    change();
    await bench.sandbox.changed();
    const before = bench.sandbox.snapshot();
    await work();
    const down = await bench.maint('teardown', APEX, '--yes', '--json');
    expect(documentOf(down, setupDocument)).toMatchObject({ success: true, error: null });
    expect(bench.sandbox.snapshot()).toEqual(before);
    expect(documentOf(await bench.maint('list', '--json'), listDocument).total).toBe(0);
    await bench.withStore((store) => expect(store.setup.open()).toEqual([]));
    dns.set(zone().id, kept.dns);
    settings.set(zone().id, kept.settings);
    Object.assign(zone(), kept.zone);
    await bench.sandbox.changed();
  }

  it('looks without changing anything in a dry run, for a token that may only read', async () => {
    const { mutations, tokens } = bench.sandbox;
    const run = await bench.maintWith(
      { env: { CLOUDFLARE_API_TOKEN: tokens.readOnly } },
      ...['setup', APEX, '--dry-run', '--json', '--dns-target', ORIGIN, '--ssl', 'strict', '--force'],
    );
    const document = documentOf(run, setupDocument);
    expect(run.code).toBe(0);
    expect(document).toMatchObject({ domain: APEX, dryRun: true, success: true });
    const { steps } = document;
    expect(Object.fromEntries(steps.map(({ name, status }) => [name, status]))).toEqual({
      zone: 'ok',
      token: 'ok',
      permissions: 'suggested',
      dns: 'ok',
      ssl: 'suggested',
      workers: 'ok',
      rehearsal: 'skipped',
      site: 'suggested',
      monitoring: 'suggested',
    });
    expect(steps[2]?.details).toEqual(
      ['Workers Scripts', 'Workers Routes', 'DNS', 'Zone Settings'].map((name) =>
        expect.stringMatching(`Without a dry run setup would fail here: it lacks ".* → ${name} → Edit"`),
      ),
    );
    // The permissions were asked for by deletions of what does not exist; each was refused.
    expect(mutations().filter(({ status }) => status < 400)).toEqual([]);
    expect(documentOf(await bench.maint('list', '--json'), listDocument).total).toBe(0);
  });

  it('needs nothing but a token and a domain', async () => {
    await around(
      () => {},
      async () => {
        const first = await setup(APEX);
        expect(first.code).toBe(0);
        expect(statuses(first)).toEqual({
          zone: 'ok',
          token: 'ok',
          permissions: 'ok',
          dns: 'ok',
          ssl: 'ok',
          workers: 'ok',
          rehearsal: 'ok',
          site: 'changed',
          monitoring: 'changed',
        });
        expect(first.said('rehearsal')).toContain('seen through the edge');
        await bench.withStore((store) => {
          const [target] = store.targets.byDomain(APEX);
          expect(target).toMatchObject({
            autoEnable: false,
            autoDisable: false,
            url: `https://${APEX}/health/`,
          });
        });
        const { result: again, requests } = await bench.requestsOf(() => setup(APEX));
        expect(again.document.steps.map(({ status }) => status)).not.toContain('changed');
        // Permissions are asked for by deletions of what does not exist; nothing else changes anything.
        expect(requests.filter(({ method, status }) => method !== 'GET' && status < 400)).toEqual([]);
      },
    );
  });

  it('takes its domain from CLOUDFLARE_DOMAIN, as a URL or in capitals too', async () => {
    const nothing = await bench.maint('setup', '--json');
    expect(nothing.code).toBe(2);
    await around(
      () => {},
      async () => {
        const run = await bench.maintWith(
          { env: { CLOUDFLARE_DOMAIN: `https://${APEX.toUpperCase()}/shop` } },
          ...['setup', '--json'],
        );
        expect(documentOf(run, setupDocument)).toMatchObject({ domain: APEX, success: true });
      },
    );
  });

  it('says what is missing where there is no record at all, and makes it where the origin is named', async () => {
    await around(
      () => void bench.sandbox.state.dns.set(zone().id, []),
      async () => {
        const bare = await setup(APEX);
        expect(bare.code).toBe(0);
        expect(statuses(bare)).toMatchObject({
          dns: 'suggested',
          rehearsal: 'skipped',
          monitoring: 'suggested',
        });
        expect(bare.said('dns')).toContain('--dns-target');
        expect(records()).toEqual([]);
        const dry = await setup(APEX, '--dns-target', ORIGIN, '--dry-run');
        expect(dry.said('dns')).toContain(`Would make ${APEX} A ${ORIGIN}`);
        expect(records()).toEqual([]);
        const made = await setup(APEX, '--dns-target', ORIGIN);
        expect(statuses(made)).toMatchObject({
          dns: 'changed',
          rehearsal: 'ok',
          site: 'ok',
          monitoring: 'changed',
        });
        expect(records().map(({ type, name, content, proxied }) => [type, name, content, proxied])).toEqual([
          ['A', APEX, ORIGIN, true],
          ['A', WWW, ORIGIN, true],
        ]);
        expect(
          records().every(({ comment }) => /^Made by maint setup \([0-9a-f]{8}\)$/.test(comment ?? '')),
        ).toBe(true);
      },
    );
  });

  it('never edits a record: an apex that goes past Cloudflare is for a person to proxy', async () => {
    await around(
      () => {
        records()[0]!.proxied = false;
      },
      async () => {
        const before = structuredClone(records());
        const run = await setup(APEX, '--dns-target', ORIGIN);
        expect(run.code).toBe(0);
        expect(run.status('dns')).toBe('suggested');
        expect(run.said('dns')).toContain(`Proxy ${APEX} in the dashboard`);
        expect(run.said('rehearsal')).toContain(WWW);
        expect(records()).toEqual(before);
      },
    );
  });

  it('asks a person whether to make the missing www', async () => {
    await around(
      () =>
        void bench.sandbox.state.dns.set(
          zone().id,
          records().filter(({ name }) => name === APEX),
        ),
      async () => {
        const bare = await setup(APEX, '--yes');
        expect(bare.said('dns')).toContain(`${WWW} has no record`);
        // No question was asked, so no yes of the command line answers it.
        expect(bare.said('dns')).toContain('a yes, asked on a terminal');
        expect(records()).toHaveLength(1);
        const no = await bench.maintWith({ columns: 100, answers: [false] }, 'setup', APEX);
        expect(no.questions).toHaveLength(1);
        expect(records()).toHaveLength(1);
        const yes = await bench.maintWith({ columns: 100, answers: [true] }, 'setup', APEX);
        expect(yes.code).toBe(0);
        expect(yes.questions.map(({ message }) => message)).toEqual([`Make ${WWW} CNAME ${APEX}, proxied?`]);
        expect(records()[1]).toMatchObject({ type: 'CNAME', name: WWW, content: APEX, proxied: true });
      },
    );
  });

  it('raises the SSL mode where that is asked for, and never lowers it', async () => {
    const flexible = () => void bench.sandbox.state.settings.set(zone().id, new Map([['ssl', 'flexible']]));
    await around(flexible, async () => {
      const mode = () => bench.sandbox.state.settings.get(zone().id)?.get('ssl');
      const bare = await setup(APEX);
      expect(bare.status('ssl')).toBe('suggested');
      expect(bare.said('ssl')).toContain('The mode is flexible.');
      expect((await setup(APEX, '--ssl', 'auto')).status('ssl')).toBe('suggested');
      expect(mode()).toBe('flexible');
      const blind = await setup(APEX, '--ssl', 'strict');
      expect([blind.code, blind.status('ssl'), mode()]).toEqual([7, 'failed', 'flexible']);
      expect(blind.said('ssl')).toContain('was not seen to speak TLS');
      expect((await setup(APEX, '--ssl', 'strict', '--force')).status('ssl')).toBe('changed');
      expect(mode()).toBe('strict');
      const lower = await setup(APEX, '--ssl', 'full');
      expect([lower.code, lower.status('ssl'), lower.status('site')]).toEqual([7, 'failed', 'skipped']);
      expect((await bench.maint('setup', APEX, '--ssl', 'off', '--json')).code).toBe(2);
      expect(mode()).toBe('strict');
    });
  });

  it('leaves the SSL mode to Cloudflare where that chooses it', async () => {
    const automatic = new Map([
      ['ssl', 'flexible'],
      ['ssl_automatic_mode', 'auto'],
    ]);
    await around(
      () => void bench.sandbox.state.settings.set(zone().id, automatic),
      async () => {
        expect((await setup(APEX, '--ssl', 'auto')).status('ssl')).toBe('ok');
        const named = await setup(APEX, '--ssl', 'strict');
        expect([named.status('ssl'), named.said('ssl')]).toEqual([
          'suggested',
          expect.stringContaining('Custom'),
        ]);
      },
    );
  });

  it.each([
    ['paused', 'Resume it', () => Object.assign(zone(), { paused: true })],
    ['pending', 'activation', () => Object.assign(zone(), { status: 'pending' })],
  ])('stops at a zone that is %s', async (word, advice, change) => {
    await around(
      () => void change(),
      async () => {
        const run = await setup(APEX);
        expect(run.code).toBe(1);
        expect(run.document.error).toMatchObject({
          message: expect.stringContaining(word),
          hint: expect.stringContaining(advice),
        });
        expect(new Set(run.document.steps.slice(1).map(({ status }) => status))).toEqual(
          new Set(['skipped']),
        );
      },
    );
  });

  it('asks which account where two have the zone, and fails where nobody answers', async () => {
    const { state } = bench.sandbox;
    const twin = { ...zone(), id: 'e'.repeat(32), accountId: bench.accounts[1] };
    await around(
      () => {},
      async () => {
        state.zones.set(twin.id, twin);
        const run = await setup(APEX);
        expect(run.code).toBe(2);
        for (const account of bench.accounts) expect(run.document.error?.message).toContain(account);
        expect((await setup(APEX, '--account', bench.accounts[0])).code).toBe(0);
        await bench.maint('teardown', APEX, '--yes');
        const asked = await bench.maintWith({ columns: 100, answers: [true] }, 'setup', APEX);
        expect([asked.code, asked.questions.length]).toEqual([0, 1]);
        expect((await setup(APEX)).code).toBe(0);
        state.zones.delete(twin.id);
      },
    );
  });

  it('finds the zone of a sub-domain, by the longest name, and one in other letters', async () => {
    const deep = await bench.maint('setup', `a.b.${APEX}`, '--json');
    expect(documentOf(deep, setupDocument).steps[0]).toMatchObject({
      status: 'ok',
      message: expect.stringContaining(`${APEX} in`),
    });
    await bench.maint('teardown', `a.b.${APEX}`, '--yes');
    const none = await bench.maint('setup', 'bücher.example', '--json');
    expect(documentOf(none, setupDocument)).toMatchObject({
      domain: 'xn--bcher-kva.example',
      error: { code: 'unknown-name' },
    });
    expect([deep.code, none.code]).toEqual([0, 2]);
    for (const wrong of ['no name', '1.2.3.4', ''])
      expect((await bench.maint('setup', wrong, '--json')).code).toBe(2);
    expect((await bench.maint('setup', APEX, '--dns-target', 'not a host', '--json')).code).toBe(2);
  });

  it('sets up every site of the catalogue', async () => {
    await bench.maint('discover');
    zone('site-0003.example').paused = true;
    const unasked = await bench.maint('setup', '--all', '--json');
    expect(unasked.code).toBe(2);
    const run = await bench.maint('setup', '--all', '--yes', '--json');
    zone('site-0003.example').paused = false;
    expect(run.code).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({
      dryRun: false,
      summary: { selected: 3, succeeded: 2, failed: 1 },
      sites: [{ success: true }, { success: true }, { domain: 'site-0003.example', success: false }],
    });
    const person = await bench.maintWith({ columns: 100, answers: ['3'] }, 'setup', '--all');
    expect([person.code, person.questions]).toEqual([0, [expect.objectContaining({ typed: '3' })]]);
    for (const domain of [APEX, 'site-0002.example', 'site-0003.example']) {
      await bench.maint('teardown', domain, '--yes');
    }
    const asked = await bench.maintWith(
      { columns: 100, env: { NO_COLOR: '1' } },
      'setup',
      '--all',
      '--dry-run',
    );
    expect(asked.stdout).toMatch(/3 sites looked at\.\nDry run: nothing was changed\.\n$/);
    // Setup did not bring these sites into the catalogue.
    expect(documentOf(await bench.maint('list', '--json'), listDocument).total).toBe(3);
    await bench.maint('site', 'remove', '--all', '--yes');
  });

  it('does the sites of one zone one after the other, those of one account alone, and passes over a paused one', async () => {
    await bench.maint('discover');
    for (const name of ['b1', 'b2']) await bench.maint('site', 'add', `${name}.${APEX}`);
    const all = await bench.maint('setup', '--all', '--yes', '--json');
    expect([all.code, JSON.parse(all.stdout).summary]).toMatchObject([0, { selected: 5, succeeded: 5 }]);
    const home = zone().accountId;
    const elsewhere = zone('site-0003.example');
    const [first, second] = bench.accounts;
    await bench.withStore(({ sites }) => {
      const { id } = sites.byDomain(elsewhere.name)!;
      sites.update([id], { accountId: home === first ? second : first }, new Date().toISOString());
    });
    const mine = await bench.maint('setup', '--all', '--account', home, '--dry-run', '--json');
    expect([mine.code, JSON.parse(mine.stdout).summary]).toMatchObject([0, { selected: 4, failed: 0 }]);
    const refused = { columns: 100, answers: ['5'] };
    const typed = await bench.maintWith(refused, 'setup', '--all', '--account', home);
    expect([typed.code, typed.questions]).toEqual([2, [expect.objectContaining({ typed: '4' })]]);
    const none = await bench.maint('setup', '--all', '--account', 'f'.repeat(32), '--yes', '--json');
    expect(none.code).toBe(2);
    Object.assign(elsewhere, { paused: true });
    await bench.maint('discover');
    const paused = await bench.maint('setup', '--all', '--dry-run', '--json');
    Object.assign(elsewhere, { paused: false });
    expect([paused.code, JSON.parse(paused.stdout)]).toMatchObject([
      0,
      { summary: { selected: 5, succeeded: 4, failed: 0, skipped: 1 } },
    ]);
  });
});
