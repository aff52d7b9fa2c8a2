import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ALL_PERMISSIONS } from '../../src/sandbox/api/permissions.js';
import type { SandboxSnapshot } from '../../src/sandbox/sandbox.js';
import { type Bench, startBench } from '../support/bench.js';
import { documentOf, setupDocument } from '../support/documents.js';

const APEX = 'site-0001.example';
/** Forced, for nobody sees the origin from here. */
const EVERYTHING = ['--dns-target', '203.0.113.7', '--ssl', 'strict', '--force'];

describe('setup, refused', () => {
  let bench: Bench;
  let before: SandboxSnapshot;
  beforeAll(async () => {
    bench = await startBench({ fleet: 'plain', zones: 2 });
    const zoneId = bench.zoneId(APEX);
    bench.sandbox.state.dns.set(zoneId, []);
    bench.sandbox.state.settings.set(zoneId, new Map([['ssl', 'flexible']]));
    await bench.sandbox.changed();
  });
  beforeEach(() => {
    before = bench.sandbox.snapshot();
  });
  afterAll(() => bench.close());

  /** A token for everything but one permission; writing a thing includes reading it. */
  const without = (name: string) => {
    const permissions = ALL_PERMISSIONS.filter(
      (one) => one !== name && one !== name.replace(/ Read$/, ' Write'),
    );
    return bench.sandbox.tokens.make({ permissions });
  };
  const setup = async (token: string, ...argv: string[]) => {
    const run = await bench.maintWith(
      { env: { CLOUDFLARE_API_TOKEN: token } },
      'setup',
      APEX,
      '--json',
      ...argv,
    );
    return { run, document: documentOf(run, setupDocument) };
  };

  it.each([
    ['Zone Read', 'Zone → Zone → Read'],
    ['Workers Routes Read', 'Zone → Workers Routes → Read'],
    ['Workers Routes Write', 'Zone → Workers Routes → Edit'],
    ['Workers Scripts Read', 'Account → Workers Scripts → Read'],
    ['Workers Scripts Write', 'Account → Workers Scripts → Edit'],
  ])('changes nothing for a token without %s', async (missing, named) => {
    const { run, document } = await setup(without(missing));
    expect(run.code).toBe(4);
    expect(document).toMatchObject({ success: false, error: { code: 'permission-missing' } });
    expect(document.error?.message).toContain(named);
    expect(document.steps.at(-1)).toMatchObject({ name: 'monitoring', status: 'skipped' });
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it.each([
    ['DNS Read', 'Zone → DNS → Edit'],
    ['DNS Write', 'Zone → DNS → Edit'],
    ['Zone Settings Read', 'Zone → Zone Settings → Edit'],
    ['Zone Settings Write', 'Zone → Zone Settings → Edit'],
  ])('needs %s only for what the flags ask for', async (missing, named) => {
    const token = without(missing);
    const { run, document } = await setup(token, ...EVERYTHING);
    expect(run.code).toBe(4);
    expect(document.error?.message).toContain(named);
    expect(bench.sandbox.snapshot()).toEqual(before);
    const bare = await setup(token);
    expect(bare.run.code).toBe(0);
    await bench.maint('teardown', APEX, '--yes');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('does without every other permission', async () => {
    const permissions = ['Zone Read', 'Workers Routes Write', 'Workers Scripts Write', 'DNS Write'];
    const token = bench.sandbox.tokens.make({ permissions: [...permissions, 'Zone Settings Write'] });
    const { run, document } = await setup(token, ...EVERYTHING);
    expect([run.code, document.error]).toEqual([0, null]);
    await bench.maint('teardown', APEX, '--yes');
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('names the token where that is the trouble', async () => {
    const { tokens } = bench.sandbox;
    for (const status of ['disabled', 'expired'] as const) {
      expect((await setup(tokens.make({ status }))).run.code).toBe(4);
    }
    expect((await setup('')).document.error?.code).toBe('token-missing');
    const soon = await setup(
      tokens.make({ expiresOn: new Date(Date.now() + 3 * 86_400_000).toISOString() }),
      '-n',
    );
    expect(soon.document.steps[1]).toMatchObject({ name: 'token', status: 'suggested' });
    expect(bench.sandbox.snapshot()).toEqual(before);
  });

  it('leaves the site of somebody else alone, unless forced; either way the log tells', async () => {
    expect((await bench.maintWith({}, 'setup', APEX, '--owner', 'bob')).code).toBe(0);
    const refused = await setup(bench.sandbox.tokens.all);
    expect(refused.run.code).toBe(7);
    expect((await bench.maint('teardown', APEX, '--yes')).code).toBe(7);
    expect((await setup(bench.sandbox.tokens.all, '--force')).run.code).toBe(0);
    const log = await bench.maint('log', '--site', APEX);
    expect(log.stdout).toContain('guard.refused');
    expect(log.stdout).toContain('guard.overridden');
    expect((await bench.maint('teardown', APEX, '--force')).code).toBe(0);
  });

  describe('teardown', () => {
    const teardown = async (...argv: string[]) => {
      const run = await bench.maint('teardown', APEX, '--json', ...argv);
      return { run, document: documentOf(run, setupDocument) };
    };

    it('needs a yes, shows what it would do, and is quiet where nothing was made', async () => {
      expect((await bench.maint('teardown', APEX)).code).toBe(2);
      expect((await teardown('--yes')).document).toMatchObject({ success: true, steps: [] });
      await setup(bench.sandbox.tokens.all, ...EVERYTHING);
      const made = bench.sandbox.snapshot();
      const dry = await teardown('--dry-run');
      expect(dry.document.steps.map(({ name, status }) => [name, status])).toEqual([
        ['site', 'suggested'],
        ['dns-record', 'suggested'],
        ['dns-record', 'suggested'],
        ['ssl', 'suggested'],
      ]);
      expect(bench.sandbox.snapshot()).toEqual(made);
      const no = await bench.maintWith({ columns: 90, answers: [false] }, 'teardown', APEX);
      expect([no.code, no.questions.map(({ message }) => message)]).toEqual([2, ['Remove 4 things?']]);
      expect(bench.sandbox.snapshot()).toEqual(made);
      const yes = await bench.maintWith({ columns: 90, answers: [true] }, 'teardown', APEX);
      expect(yes.code).toBe(0);
      expect(bench.sandbox.snapshot()).toEqual(before);
    });

    it('leaves what somebody changed since, and says so', async () => {
      await setup(bench.sandbox.tokens.all, ...EVERYTHING);
      const zoneId = bench.zoneId(APEX);
      const [first] = bench.sandbox.state.dns.get(zoneId)!;
      first!.content = '203.0.113.99';
      bench.sandbox.state.settings.get(zoneId)!.set('ssl', 'full');
      await bench.maint('target', 'add', APEX, '--no-try');
      const { run, document } = await teardown('--yes');
      expect(run.code).toBe(5);
      expect(document.error).toMatchObject({ code: 'conflict', hint: expect.stringContaining('--force') });
      expect(document.steps.map(({ name, status }) => [name, status])).toEqual([
        ['site', 'failed'],
        ['dns-record', 'changed'],
        ['dns-record', 'failed'],
        ['ssl', 'failed'],
      ]);
      expect(bench.sandbox.state.dns.get(zoneId)).toEqual([first]);
      const forced = await teardown('--force');
      expect(forced.run.code).toBe(0);
      expect(bench.sandbox.snapshot()).toEqual(before);
    });

    it('does not forget a site whose page is up, and knows what is gone already', async () => {
      await setup(bench.sandbox.tokens.all, ...EVERYTHING);
      await bench.maint('enable', APEX, '--yes', '--no-verify');
      const up = await teardown('--yes');
      expect([up.run.code, up.document.steps]).toEqual([7, []]);
      await bench.maint('disable', APEX, '--yes', '--no-verify');
      bench.sandbox.state.dns.set(bench.zoneId(APEX), []);
      const { document } = await teardown('--yes');
      expect(document.steps.map(({ status }) => status)).toEqual(['changed', 'ok', 'ok', 'changed']);
      expect(bench.sandbox.snapshot()).toEqual(before);
    });
  });
});
