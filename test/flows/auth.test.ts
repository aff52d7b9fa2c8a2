import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bucketOf } from '../../src/cloudflare/transport/token.js';
import { type Bench, startBench } from '../support/bench.js';
import {
  anyDocument,
  discoverDocument,
  documentOf,
  listDocument,
  runDocument,
} from '../support/documents.js';
import type { Run } from '../support/run-maint.js';

let bench: Bench;
const tokens = { west: '', east: '' };
let WEST = '';
let east: { id: string; name: string; accountId: string }[];
const eastZone = () => ({ zoneId: east[0]!.id, zoneName: east[0]!.name, accountId: east[0]!.accountId });

/** No token in the environment: only the named ones are there. */
const NAMED = { CLOUDFLARE_API_TOKEN: '' };
const named = (...argv: string[]) => bench.maintWith({ env: NAMED }, ...argv);
const add = (name: string, input: string, ...argv: string[]) =>
  bench.maintWith({ env: NAMED, input }, 'auth', 'add', name, ...argv, '--json');
const fileOf = (name: string) => path.join(bench.folder, '.config', 'maint', 'tokens', name);
const modeOf = (file: string) => statSync(file).mode & 0o777;
const errorOf = (run: Run) => documentOf(run, anyDocument).error!;

const token = z.looseObject({
  name: z.string().nullable(),
  source: z.string(),
  kind: z.enum(['user', 'account']).nullable(),
  status: z.string().nullable(),
  endsWith: z.string().nullable(),
  sites: z.int(),
  accounts: z.array(z.looseObject({ id: z.string(), zones: z.int() })),
});
const added = z.looseObject({ ...anyDocument.shape, token });
const overview = z.looseObject({
  ...anyDocument.shape,
  tokens: z.array(token),
  accounts: z.array(
    z.looseObject({ accountId: z.string(), token: z.string().nullable(), reason: z.string().nullable() }),
  ),
});
const list = async () => documentOf(await named('auth', 'list', '--json'), overview);

beforeAll(async () => {
  bench = await startBench();
  const { make } = bench.sandbox.tokens;
  const zones = [...bench.sandbox.state.zones.values()];
  const idsIn = (accountId: string) =>
    zones.filter((zone) => zone.accountId === accountId).map(({ id }) => id);
  const [first, second] = bench.accounts;
  tokens.west = make({ accounts: [first], zones: idsIn(first) });
  tokens.east = make({ accounts: [second], zones: idsIn(second) });
  const live = zones.filter((zone) => zone.status === 'active' && !zone.paused);
  east = live.filter((zone) => zone.accountId === second);
  WEST = live.find((zone) => zone.accountId === first)!.name;
});
afterAll(() => bench.close());

it('says what to do while there is no token, and makes no store for it', async () => {
  const run = await named('auth', 'list');
  expect([run.code, run.stderr]).toEqual([0, "No token yet: 'maint auth add <name>' adds one.\n"]);
  expect(existsSync(bench.db)).toBe(false);
  for (const argv of [['auth', 'verify'], ['auth', 'verify', 'west'], ['discover']]) {
    expect(await named(...argv)).toMatchObject({ code: 4 });
  }
});

describe('auth add', () => {
  it('keeps nothing of a token that is bad, empty or badly named', async () => {
    expect(await add('west', 'cfut_nonsense')).toMatchObject({ code: 4 });
    expect(errorOf(await add('west', 'cfut_nonsense')).hint).toContain(
      "'maint auth add west --account <id>'",
    );
    expect(errorOf(await add('west', '\n')).code).toBe('token-missing');
    expect(await add('West_1', tokens.west)).toMatchObject({ code: 2 });
    expect(await add('../west', tokens.west)).toMatchObject({ code: 2 });
    expect(existsSync(path.dirname(fileOf('west')))).toBe(false);
  });

  it('takes a token from a pipe and keeps it for its owner alone', async () => {
    const run = await add('west', `${tokens.west}\n`);
    expect(run.code).toBe(0);
    expect(documentOf(run, added).token).toMatchObject({
      name: 'west',
      kind: 'user',
      status: 'active',
      endsWith: tokens.west.slice(-4),
      accounts: [{ id: bench.accounts[0] }],
    });
    expect(readFileSync(fileOf('west'), 'utf8').trim()).toBe(tokens.west);
    expect([modeOf(fileOf('west')), modeOf(path.dirname(fileOf('west')))]).toEqual([0o600, 0o700]);
    expect(run.stdout + run.stderr).not.toContain(tokens.west);
  });

  it('is told by bare maint', async () => {
    const summary = z.looseObject({ ...anyDocument.shape, tokenFrom: z.string(), next: z.string() });
    expect(documentOf(await named('--json'), summary)).toMatchObject({
      tokenFrom: '1 named token',
      next: "'maint discover' imports your zones.",
    });
  });

  it('asks a person, unseen', async () => {
    const person = { env: NAMED, columns: 100, answers: [tokens.east] };
    const run = await bench.maintWith(person, 'auth', 'add', 'east', '--account', bench.accounts[1]);
    expect(run).toMatchObject({ code: 0, questions: [{ message: "API token 'east':" }] });
    expect(run.stdout + run.stderr).not.toContain(tokens.east);
  });
});

describe('two accounts, two tokens', () => {
  it('are discovered in one go, each site bound to its token', async () => {
    const run = await named('discover', '--json');
    expect(run.code).toBe(0);
    const { discovered } = documentOf(run, discoverDocument);
    expect(discovered).toBe(bench.sandbox.state.zones.size);
    const { sites } = documentOf(await named('list', '--json'), listDocument);
    for (const site of sites) {
      expect(site).toMatchObject({ token: site.accountId === bench.accounts[0] ? 'west' : 'east' });
    }
  });

  it('are served by one command, each by its own', async () => {
    const { result: run, requests } = await bench.requestsOf(() =>
      named('enable', WEST, east[0]!.name, '--yes', '--no-verify', '--json'),
    );
    expect(documentOf(run, runDocument).summary).toMatchObject({ changed: 2, failed: 0 });
    expect(requests.every(({ status }) => status < 400)).toBe(true);
    const down = await named('disable', '--state', 'maintenance', '--yes', '--no-verify', '--json');
    expect(documentOf(down, runDocument).summary).toMatchObject({ changed: 2, failed: 0 });
  });

  it('have a budget each', async () => {
    const used = await bench.withStore(({ budget }) =>
      [tokens.west, tokens.east].map((value) => budget.used(bucketOf(value), Date.now())),
    );
    expect(used.every((count) => count > 0)).toBe(true);
  });

  it('are told by auth list, with what serves which account', async () => {
    const { tokens: found, accounts } = await list();
    expect(found.map(({ name, status }) => [name, status])).toEqual([
      ['east', 'active'],
      ['west', 'active'],
    ]);
    const services = accounts.map(({ accountId, token: by, reason }) => [accountId, by, reason]);
    expect(services).toContainEqual([bench.accounts[0], 'west', 'site']);
    expect(services).toContainEqual([bench.accounts[1], 'east', 'site']);
    const given = documentOf(await bench.maint('auth', 'list', '--json'), overview);
    expect(given.tokens[0]).toMatchObject({ name: null, source: 'CLOUDFLARE_API_TOKEN' });
    expect(given.accounts.every(({ reason }) => reason === 'given')).toBe(true);
    const person = await bench.maintWith({ env: NAMED, columns: 120 }, 'auth', 'list');
    expect(person.stdout).toMatch(/SERVED BY/);
    const short = await bench.maintWith({ columns: 100 }, 'auth', 'list');
    expect(short.stdout).toContain('given outright: wins');
    const piped = await named('auth', 'list');
    expect(piped.stdout).toMatch(/\n\n/);
    expect(piped.stdout).toMatch(/^[^\t]+\t\d+\twest\tits sites are bound to it$/m);
    expect(JSON.stringify(found) + person.stdout).not.toContain(tokens.west);
  });
});

describe('a token that others may read', () => {
  it('is not used, and only its own sites fail', async () => {
    chmodSync(fileOf('east'), 0o640);
    const run = await named('enable', WEST, east[0]!.name, '--yes', '--no-verify', '--json');
    const { sites, summary } = documentOf(run, runDocument);
    expect([run.code, summary.changed, summary.failed]).toEqual([3, 1, 1]);
    expect(sites.find(({ domain }) => domain === east[0]!.name)?.error).toMatchObject({
      code: 'token-exposed',
      hint: expect.stringContaining(`chmod 600 ${fileOf('east')}`),
    });
    const alone = await named('enable', east[0]!.name, '--yes', '--no-verify', '--json');
    expect([alone.code, errorOf(alone).code]).toEqual([4, 'token-exposed']);
    await bench.withStore(({ events }) => {
      const { eventId } = events.openSites([WEST])[0]!;
      events.setSiteState(eventId, [WEST], 'opening', new Date().toISOString());
      events.addSites([{ ...events.openSites([WEST])[0]!, domain: east[0]!.name, ...eastZone() }]);
    });
    const resumed = await named('resume', '--no-verify', '--json');
    expect([resumed.code, documentOf(resumed, runDocument).summary]).toMatchObject([3, { failed: 1 }]);
    const recovered = await named('recover');
    expect([recovered.code, recovered.stderr]).toMatchObject([
      0,
      expect.stringContaining('east could not be'),
    ]);
    const status = await named('status', '--json');
    expect(status.code).toBe(3);
    const found = await named('discover', '--json');
    expect(found.code).toBe(3);
    expect(documentOf(found, discoverDocument).missing).toBe(0);
    const verified = await named('auth', 'verify', '--json');
    expect(verified.code).toBe(3);
    chmodSync(fileOf('east'), 0o600);
    expect((await named('disable', WEST, '--yes', '--no-verify')).code).toBe(0);
  });

  it('nor in a folder that is open', async () => {
    chmodSync(path.dirname(fileOf('east')), 0o755);
    expect(errorOf(await named('auth', 'verify', 'east', '--json')).hint).toContain('chmod 700');
    chmodSync(path.dirname(fileOf('east')), 0o700);
  });
});

describe('a token that Cloudflare no longer takes', () => {
  it('fails its own sites alone and says so', async () => {
    bench.sandbox.state.tokens.get(tokens.east)!.status = 'disabled';
    const run = await named('enable', WEST, east[0]!.name, '--yes', '--no-verify', '--json');
    const { sites } = documentOf(run, runDocument);
    expect([run.code, sites.map(({ outcome }) => outcome).sort()]).toEqual([3, ['enabled', 'failed']]);
    const hint = sites.find(({ outcome }) => outcome === 'failed')?.error?.hint;
    expect(hint).toContain('The token is from the named token east.');
    const down = await named('disable', WEST, east[0]!.name, '--yes', '--no-verify', '--json');
    expect(down.code).toBe(3);
    expect(bench.routesOf(WEST).some(({ script }) => script?.startsWith('maint-'))).toBe(false);
    const verified = await named('auth', 'verify', 'east', '--json');
    expect(verified.code).toBe(4);
    bench.sandbox.state.tokens.get(tokens.east)!.status = 'active';
    expect((await named('auth', 'verify')).code).toBe(0);
  });
});

describe('which token wins', () => {
  it('is the one of the site, set by a person, and discover leaves it', async () => {
    expect((await named('site', 'edit', WEST, '--set-token', 'nobody', '--json')).code).toBe(4);
    await add('spare', bench.sandbox.tokens.all);
    expect((await named('site', 'edit', WEST, '--set-token', 'spare')).code).toBe(0);
    expect((await named('discover')).code).toBe(0);
    const { sites } = documentOf(await named('list', WEST, '--json'), listDocument);
    expect(sites).toMatchObject([{ token: 'spare' }]);
  });

  it('serves a run on that site also where the whole account is asked', async () => {
    const west = bench.sandbox.state.tokens.get(tokens.west)!;
    west.status = 'disabled';
    const up = await named('enable', WEST, '--yes', '--no-verify', '--json');
    expect(documentOf(up, runDocument)).toMatchObject({ ok: true, summary: { changed: 1 } });
    expect(await named('disable', WEST, '--yes', '--no-verify')).toMatchObject({ code: 0 });
    west.status = 'active';
  });

  it('is a systemd credential before any named one', async () => {
    const credentials = path.join(bench.folder, 'credentials');
    mkdirSync(credentials);
    writeFileSync(path.join(credentials, 'maint-token'), bench.sandbox.tokens.readOnly, { mode: 0o400 });
    const env = { ...NAMED, CREDENTIALS_DIRECTORY: credentials };
    const run = await bench.maintWith({ env }, 'auth', 'list', '--json');
    expect(documentOf(run, overview).tokens[0]!.source).toContain('systemd credential');
  });
});

describe('auth remove', () => {
  it('refuses while sites need it, unless forced', async () => {
    const refused = await named('auth', 'remove', 'east', '--yes', '--json');
    expect([refused.code, errorOf(refused).code]).toEqual([7, 'guard-refused']);
    expect((await named('auth', 'remove', 'spare', '--force')).code).toBe(0);
    expect(existsSync(fileOf('spare'))).toBe(false);
    expect(existsSync(`${fileOf('spare')}.json`)).toBe(false);
    expect((await named('auth', 'remove', 'spare', '--yes')).code).toBe(4);
    expect((await named('auth', 'remove', 'west')).code).toBe(2);
  });

  it('leaves sites whose token is gone to themselves, until discover binds them anew', async () => {
    const run = await named('enable', WEST, '--yes', '--json');
    expect([run.code, errorOf(run).message]).toEqual([4, "There is no token 'spare' on this machine."]);
    expect((await named('discover')).code).toBe(0);
    expect((await named('enable', WEST, '--dry-run')).code).toBe(0);
  });
});

it('keeps tokens out of the store and the log', async () => {
  const log = await named('log', '--json');
  expect(log.stdout).toContain('auth.add');
  const kept = readFileSync(bench.db, 'latin1') + log.stdout;
  for (const secret of Object.values(tokens)) expect(kept).not.toContain(secret);
});
