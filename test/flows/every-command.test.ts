import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/catalogue.js';
import { type Bench, startBench } from '../support/bench.js';
import { anyDocument, documentOf, listDocument } from '../support/documents.js';
import { type RunOptions, Signals } from '../support/run-maint.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';
const CLINIC = 'elm-clinic.example';

/** Every command in an order in which each of them succeeds. `{event}` stands for the first event. */
const LINES: readonly (readonly [command: string, ...rest: string[]])[] = [
  ['discover'],
  ['list'],
  ['doctor'],
  ['site add', 'img.fjord-photo.example'],
  ['site show', BAKERY],
  ['site edit', BAKERY, '--set-project', 'bread'],
  ['site tag', BAKERY, '--add', 'critical'],
  ['site share', BAKERY, '--with', 'eve'],
  ['group create', 'launch'],
  ['group add', 'launch', BAKERY, LAW],
  ['group remove', 'launch', LAW],
  ['group list'],
  ['group show', 'launch'],
  ['enable', BAKERY, CLINIC, '--yes', '--reason', 'move', '--message', 'm'],
  ['status'],
  ['resume'],
  ['recover'],
  ['bypass', BAKERY],
  ['event list'],
  ['event show', '{event}'],
  ['log'],
  ['stats'],
  ['page preview', '--output', '-'],
  ['disable', BAKERY, CLINIC, '--yes'],
  ['setup', LAW],
  ['teardown', LAW, '--yes'],
  ['site remove', 'img.fjord-photo.example', '--yes'],
  ['group delete', 'launch', '--yes'],
  ['db path'],
  ['db check'],
  ['db backup', '{folder}/copy.db'],
  ['completion', 'bash'],
  ['sandbox', '--no-edge'],
  [''],
];
/** What needs origins that fail, or something typed, is tested in flows of its own. */
const OWN_FLOWS = /^(?:auth|monitor|target|notify|db prune)\b/;
/** Commands that cannot do without Cloudflare. */
const NEED_CLOUDFLARE = ['discover', 'setup', 'site add', 'enable', 'status', 'resume', 'recover', 'disable'];

/** Runs one of these lines; `sandbox` is stopped as soon as it has said where it is. */
async function runLine(
  bench: Bench,
  line: readonly string[],
  options: Partial<RunOptions>,
  ...more: string[]
) {
  const [command = '', ...rest] = line;
  const eventId = await bench.withStore((store) => store.events.list({ limit: 1 })[0]?.id ?? 'none');
  const argv = [...command.split(' ').filter(Boolean), ...rest, ...more].map((word) =>
    word.replace('{event}', eventId).replace('{folder}', bench.folder),
  );
  const signals = new Signals();
  const onOutput = () => void (command === 'sandbox' && signals.send('SIGINT'));
  return bench.maintWith({ signals, onOutput, ...options }, ...argv);
}

describe('every command with --json', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.close());

  it('is among the lines here', () => {
    const lines = LINES.map(([command]) => command).filter((command) => !OWN_FLOWS.test(command));
    const commands = COMMANDS.map((entry) => entry.path).filter((command) => !OWN_FLOWS.test(command));
    expect(lines.sort()).toEqual(commands.sort());
  });

  it.each(LINES)('maint %s: one document in success', async (...line) => {
    const run = await runLine(bench, line, {}, '--json');
    const ends = line[0] === 'sandbox' ? 130 : 0;
    expect([run.code, run.stderr]).toEqual([ends, expect.not.stringContaining('error:')]);
    // What a signal ends had said its document when it began.
    const document = documentOf({ ...run, code: 0 }, anyDocument);
    expect(document.command).toBe(line[0] === '' ? 'maint' : line[0]);
    expect(run.stdout).not.toContain('\u001b');
  });

  it.each(LINES)('maint %s: one document for wrong use', async (...line) => {
    const run = await runLine(bench, line, {}, '--json', '--nonsense');
    expect(run.code).toBe(2);
    expect(documentOf(run, anyDocument)).toMatchObject({
      ok: false,
      error: { code: 'usage', message: expect.stringContaining('--nonsense') },
    });
  });

  describe('that needs Cloudflare', () => {
    /** With one page half-way up, so that there is something to resume. */
    beforeAll(async () => {
      expect((await bench.maint('enable', LAW, '--yes')).code).toBe(0);
      await bench.withStore((store) => {
        const [open] = store.events.openSites([LAW]);
        store.events.setSiteState(open!.eventId, [LAW], 'opening', new Date().toISOString());
      });
      bench.landed();
    });
    afterAll(async () => {
      expect((await bench.maint('resume')).code).toBe(0);
      expect((await bench.maint('disable', '--all', '--yes')).code).toBe(0);
    });

    it.each(NEED_CLOUDFLARE)(
      'maint %s: one document without a token, and with the API down',
      async (command) => {
        const line = LINES.find(([each]) => each === command)!.map((word) =>
          word === 'img.fjord-photo.example' ? 'x.fjord-photo.example' : word,
        );
        const none = await runLine(bench, line, { env: { CLOUDFLARE_API_TOKEN: '' } }, '--json');
        expect(none.code).toBe(4);
        expect(documentOf(none, anyDocument).error).toMatchObject({ code: 'token-missing' });
        bench.sandbox.faults.add({ respond: { status: 400, body: 'not the API' } });
        const down = await runLine(bench, line, {}, '--json');
        bench.sandbox.faults.clear();
        expect(down.code).toBe(1);
        const document = documentOf(down, anyDocument);
        expect(document.command).toBe(command);
      },
    );
  });
});

describe('the token', () => {
  const CANARY = 'cfut_CaNaRyToKeN0123456789CaNaRyToKeN0123456789abcdef';
  /** Ways in which it could be hidden in a text. */
  const traces = [
    CANARY,
    CANARY.slice(5),
    ...[0, 1, 2].map((shift) => {
      const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(CANARY)]).toString('base64');
      return whole.slice(4, -4);
    }),
    Buffer.from(CANARY).toString('hex'),
    [...CANARY].reverse().join(''),
  ];
  const leaks = (text: string) => traces.filter((trace) => text.includes(trace));
  const filesOf = (folder: string) =>
    readdirSync(folder).map((name) => readFileSync(path.join(folder, name)).toString('latin1'));

  it('is in no output and in no file, whatever happens', { timeout: 60_000 }, async () => {
    const bench = await startBench();
    bench.sandbox.tokens.make({ value: CANARY });
    const env = { CLOUDFLARE_API_TOKEN: CANARY };
    const echo = { code: 10000, message: `Bad token Bearer ${CANARY} and ${encodeURIComponent(CANARY)}` };
    const troubles = [
      null,
      { respond: { status: 403, body: { success: false, errors: [echo] } } },
      { respond: { status: 400, body: `<html>${CANARY}</html>`, headers: { 'content-type': 'text/html' } } },
      { respond: { status: 400, headers: { 'cf-ray': CANARY }, body: { success: true, result: CANARY } } },
    ];
    const found: string[] = [];
    const loud = [['-vv'], ['--json', '-vv']];
    /** Trouble of the API can only show where it is asked. */
    const asking = new Set(NEED_CLOUDFLARE);
    let calls = 0;
    for (const trouble of troubles) {
      if (trouble !== null) bench.sandbox.faults.add(trouble);
      for (const line of LINES) {
        // Its environment tells a token of its own.
        if (line[0] === 'sandbox' || (trouble !== null && !asking.has(line[0] ?? ''))) continue;
        for (const more of trouble === null ? [...loud, ['--help'], ['--nonsense']] : loud) {
          const { result: run, requests } = await bench.requestsOf(() =>
            runLine(bench, line, { env }, ...more),
          );
          if (requests.length > 0) asking.add(line[0] ?? '');
          calls += 1;
          const hits = [...leaks(run.stdout), ...leaks(run.stderr)];
          if (hits.length > 0) found.push(`${line.join(' ')} ${more.join(' ')}: ${hits.join(' ')}`);
        }
      }
      bench.sandbox.faults.clear();
    }
    const flag = await bench.maint('discover', '--api-token', CANARY, '-vv');
    const wrong = await bench.maint('discover', '--api-token', CANARY, '--nonsense', CANARY.slice(0, 4));
    found.push(...[flag, wrong].flatMap((run) => [...leaks(run.stdout), ...leaks(run.stderr)]));
    expect(calls).toBe(4 * (LINES.length - 1) + 3 * 2 * asking.size);
    expect(found).toEqual([]);
    expect(filesOf(bench.folder).length).toBeGreaterThanOrEqual(2);
    expect(filesOf(bench.folder).flatMap(leaks)).toEqual([]);
    await bench.close();
  });
});

describe('text from outside', () => {
  /** ANSI, OSC 52, carriage return, bell, bidi override, C1, NUL. */
  const NASTY = 'a\u001b[31mred\u001b]52;c;ZXZpbA==\u0007\rb\u202ec\u009b2Jd\u0000e\u2066f';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

  it('reaches no terminal raw, and JSON whole', async () => {
    const bench = await startBench({ recorded: false });
    const zone = [...bench.sandbox.state.zones.values()].find(({ name }) => name === LAW)!;
    zone.name = `law${NASTY}.example`;
    const [route] = bench.sandbox.state.routes.get(bench.zoneId(CLINIC))!;
    bench.sandbox.state.routes
      .get(bench.zoneId(CLINIC))!
      .push({ ...route!, id: 'd'.repeat(32), pattern: `${CLINIC}/${NASTY}`, script: null });
    await bench.sandbox.changed();
    const person = { columns: 100, env: { NO_COLOR: '1' }, answers: [true] };
    const outputs: string[] = [];
    const keep = async (options: Partial<RunOptions>, ...argv: string[]) => {
      const run = await bench.maintWith(options, ...argv);
      outputs.push(run.stdout, run.stderr, ...run.questions.map(({ message }) => message));
      return run;
    };
    await keep(person, 'discover', '-v');
    await keep(person, 'list');
    await keep(person, 'site', 'edit', BAKERY, '--set-name', 'fine');
    await keep(person, 'enable', BAKERY, CLINIC, '--reason', NASTY, '--message', `m${NASTY}`);
    await keep(person, 'status');
    await keep(person, 'site', 'show', BAKERY);
    await keep(person, 'event', 'list');
    await keep(person, 'log');
    await keep(person);
    await keep(person, 'enable', `law${NASTY}`, '--yes');
    await keep(person, 'group', 'show', NASTY);
    await keep(person, 'list', `--${NASTY}`);
    await keep(person, NASTY);
    await keep({}, '__complete', 'domain');
    const listed = await keep({}, 'list', '--json');
    bench.sandbox.faults.add({
      respond: { status: 400, body: { success: false, errors: [{ code: 7, message: NASTY }] } },
    });
    const failed = await keep(person, 'discover');
    const json = await keep({}, 'discover', '--json');
    bench.sandbox.faults.clear();

    expect(failed.stderr).toContain('code 7');
    for (const text of outputs) expect(text).not.toMatch(RAW);
    expect(documentOf(json, anyDocument).ok).toBe(false);
    const { sites } = documentOf(listed, listDocument);
    expect(sites.map((site) => site.maintenance?.reason)).toContain(NASTY);
    await keep(person, 'disable', '--state', 'maintenance', '--yes');
    await bench.close();
  });
});
