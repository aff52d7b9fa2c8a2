import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Database } from '../../src/store/sqlite.js';
import { type Bench, startBench } from '../support/bench.js';
import { anyDocument, documentOf, runDocument } from '../support/documents.js';
import { Signals } from '../support/run-maint.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';
const CLINIC = 'elm-clinic.example';

let bench: Bench;
let first: string;
let second: string;

beforeAll(async () => {
  bench = await startBench();
  await bench.maint('discover');
  const enable = async (...argv: string[]) =>
    documentOf(await bench.maint('enable', ...argv, '--yes', '--json'), runDocument).eventId!;
  first = await enable(BAKERY, LAW, '--reason', 'first', '--message', 'm');
  await bench.maint('disable', BAKERY, LAW, '--yes', '--as', 'bob');
  second = await enable(CLINIC, '--reason', 'second');
});
afterAll(() => bench.close());

const event = z.looseObject({
  id: z.string(),
  kind: z.string(),
  actor: z.string(),
  reason: z.string().nullable(),
  since: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  sites: z.array(z.looseObject({ domain: z.string(), state: z.string() })),
});
const entry = z.looseObject({
  id: z.int(),
  at: z.iso.datetime(),
  level: z.enum(['info', 'warning', 'error']),
  action: z.string(),
  actor: z.string(),
  domain: z.string().nullable(),
  eventId: z.string().nullable(),
  message: z.string(),
});

describe('event', () => {
  const list = async (...argv: string[]) => {
    const shape = z.looseObject({ ...anyDocument.shape, total: z.int(), events: z.array(event) });
    return documentOf(await bench.maint('event', 'list', ...argv, '--json'), shape).events.map(
      ({ id }) => id,
    );
  };

  it('lists newest first, open ones, those of a site or a kind, and a number of them', async () => {
    expect(await list()).toEqual([second, first]);
    expect(await list('--open')).toEqual([second]);
    expect(await list('--site', LAW)).toEqual([first]);
    expect(await list('--kind', 'monitor')).toEqual([]);
    expect(await list('--limit', '1')).toEqual([second]);
  });

  it('shows one with its sites and every change, and never the bypass secret', async () => {
    const { stdout: link } = await bench.maint('bypass', CLINIC);
    const secret = new URL(link.trim()).searchParams.get('maint-bypass')!;
    const run = await bench.maint('event', 'show', second, '--json');
    const operation = z.looseObject({ action: z.string(), state: z.string(), subject: z.string() });
    const shape = z.looseObject({ ...anyDocument.shape, event, operations: z.array(operation) });
    const document = documentOf(run, shape);
    expect(document.event).toMatchObject({
      id: second,
      reason: 'second',
      endedAt: null,
      sites: [{ domain: CLINIC }],
    });
    expect(document.operations.map(({ action, state }) => `${action} ${state}`)).toEqual(
      expect.arrayContaining(['take-over-route done', 'create-route done']),
    );
    const ended = documentOf(await bench.maint('event', 'show', first, '--json'), shape);
    expect(ended.event.endedAt).not.toBeNull();
    expect(ended.event.sites.map(({ state }) => state)).toEqual(['lifted', 'lifted']);
    const person = await bench.maintWith({ columns: 100 }, 'event', 'show', second);
    expect(person.stdout).toContain('clinic-booking');
    expect(run.stdout + person.stdout).not.toContain(secret);
  });
});

describe('log', () => {
  const log = async (...argv: string[]) => {
    const shape = z.looseObject({ ...anyDocument.shape, total: z.int(), entries: z.array(entry) });
    return documentOf(await bench.maint('log', ...argv, '--json'), shape).entries;
  };

  it('tells what was done, by whom, oldest first, filtered', async () => {
    const all = await log('--limit', '1000');
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).sort((a, b) => a - b));
    expect(all.filter(({ action }) => action === 'discover')).toHaveLength(14);
    expect(new Set((await log('--site', LAW)).map(({ domain }) => domain))).toEqual(new Set([LAW]));
    const two = await log('--site', LAW, '--site', CLINIC);
    expect(new Set(two.map(({ domain }) => domain))).toEqual(new Set([LAW, CLINIC]));
    expect(new Set((await log('--event', first)).map(({ eventId }) => eventId))).toEqual(new Set([first]));
    expect((await log('--event', first)).map(({ actor }) => actor)).toEqual(
      expect.arrayContaining(['ann', 'bob']),
    );
    expect((await log('--action', 'discover')).length).toBe(14);
    expect(await log('--level', 'error')).toEqual([]);
    expect(await log('--since', '2999-01-01')).toEqual([]);
    expect(await log('--until', '2020-01-01')).toEqual([]);
    expect((await log('--since', '1h')).length).toBe((await log()).length);
    expect(await log('--limit', '2')).toEqual(all.slice(-2));
  });

  it('follows what comes, one document a line, until stopped', async () => {
    const signals = new Signals();
    const happens = [
      () => bench.maint('site', 'tag', LAW, '--add', 'followed'),
      () => signals.send('SIGINT'),
    ];
    const options = { signals, meanwhile: () => happens.shift()?.() };
    const run = await bench.maintWith(options, 'log', '--follow', '--site', LAW, '--json');
    expect(run.code).toBe(130);
    const lines = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { entries?: { message: string }[] });
    expect(lines.flatMap(({ entries }) => entries ?? []).map(({ message }) => message)).toContain(
      '+followed',
    );
  });
});

describe('bare maint', () => {
  it('tells where things stand and what to do next', async () => {
    const { result: run, requests } = await bench.requestsOf(() => bench.maintWith({ columns: 90 }));
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(CLINIC);
    expect(run.stdout).toMatch(/Next:.*maint status/);
    expect(requests).toEqual([]);
    const document = documentOf(await bench.maint('--json'), anyDocument);
    expect(document).toMatchObject({ command: 'maint', total: 14, next: expect.any(String) });
  });

  it('makes nothing where there is nothing yet', async () => {
    const db = path.join(bench.folder, 'none.db');
    const run = await bench.maintWith({ env: { MAINT_DB: db, CLOUDFLARE_API_TOKEN: '' } });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('CLOUDFLARE_API_TOKEN');
    expect(() => statSync(db)).toThrow();
  });
});

describe('db', () => {
  it('has a path, a whole file at 0600, and a backup that can be used', async () => {
    expect((await bench.maint('db', 'path')).stdout).toBe(`${bench.db}\n`);
    expect(statSync(bench.db).mode & 0o777).toBe(0o600);
    const check = await bench.maint('db', 'check', '--json');
    expect(documentOf(check, anyDocument)).toMatchObject({
      path: bench.db,
      exists: true,
      sites: 14,
      unsettled: 0,
    });
    const copy = path.join(bench.folder, 'copy.db');
    expect((await bench.maint('db', 'backup', copy)).stdout).toBe(`${copy}\n`);
    const list = await bench.maint('list', '--db', copy);
    expect(list.stdout).toBe((await bench.maint('list')).stdout);
    const database = new Database(copy, { readonly: true });
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  });
});

describe('page preview', () => {
  it('prints HTML, writes a file, and speaks many languages', async () => {
    const page = ['page', 'preview', '--message', 'Soon <b>back</b>', '--for', '2h'];
    const piped = await bench.maint(...page);
    expect(piped.stdout).toMatch(/^<!doctype html>/i);
    expect(piped.stdout).toContain('Soon &#60;b&#62;back');
    const file = path.join(bench.folder, 'page.html');
    const written = await bench.maint(...page, '--locale', 'ar', '--output', file, '--json');
    expect(documentOf(written, anyDocument)).toMatchObject({ file, bytes: statSync(file).size });
    expect(readFileSync(file, 'utf8')).toContain('dir="rtl"');
    const stdout = await bench.maint(...page, '--output', '-', '--locale', 'ja');
    expect(stdout.stdout).toContain('lang="ja"');
    const json = documentOf(await bench.maint(...page, '--json'), anyDocument);
    expect(json.html).toEqual(expect.stringContaining('Soon &#60;b&#62;'));
  });

  it('shows a page of its own', async () => {
    const own = path.join(bench.folder, 'own.html');
    writeFileSync(own, '<!doctype html><h1>Ours</h1>');
    expect((await bench.maint('page', 'preview', '--page', own)).stdout).toContain('<h1>Ours</h1>');
  });

  it('is served on a terminal, in the language of the browser, until it is stopped', async () => {
    const signals = new Signals();
    const running = bench.maintWith(
      {
        columns: 80,
        signals,
        onOutput: async (text) => {
          const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec(text) ?? [];
          if (address === undefined) return;
          const answer = await fetch(address, { headers: { 'accept-language': 'fr' } });
          expect(await answer.text()).toContain('lang="fr"');
          signals.send('SIGINT');
        },
      },
      ...['page', 'preview'],
    );
    expect((await running).code).toBe(130);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    const run = await bench.maint('completion', shell);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('existing-routes');
    expect(run.stdout).toContain('__complete');
  });

  it('is a script that bash understands', async () => {
    const { stdout } = await bench.maint('completion', 'bash');
    execFileSync('bash', ['-n'], { input: stdout });
  });

  it('knows domains, groups and tags of the store', async () => {
    const words = await bench.maint('__complete', 'domain');
    expect(words.stdout.split('\n')).toContain(BAKERY);
    expect((await bench.maint('__complete', 'tag')).stdout).toContain('followed');
    expect((await bench.maint('__complete', 'nonsense')).stdout).toBe('');
  });
});

describe('help and version', () => {
  it('are there for every command, without touching store or network', async () => {
    const { COMMANDS } = await import('../../src/cli/catalogue.js');
    const env = { MAINT_DB: '/nowhere/at/all.db', CLOUDFLARE_API_TOKEN: '' };
    for (const { path: command } of COMMANDS) {
      const run = await bench.maintWith(
        { env, columns: 80 },
        ...command.split(' ').filter(Boolean),
        '--help',
      );
      expect([command, run.code, run.stderr]).toEqual([command, 0, '']);
      expect(run.stdout).toContain('Usage: maint');
      for (const line of run.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120);
      if (command !== '') expect(run.stdout).toContain('$ ');
    }
    expect((await bench.maint('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await bench.maint('help', 'enable')).stdout).toBe((await bench.maint('enable', '--help')).stdout);
  });
});
