import { describe, expect, it } from 'vitest';
import type { Engine, ProbeResult } from '../../../src/maintenance/engine.js';
import { glanceAtSites, verifySites } from '../../../src/maintenance/verify.js';

const EVENT = 'e1';
const SITE = { domain: 'a.example', patterns: ['a.example/*', 'www.a.example/*'], eventId: EVENT };

const page: Partial<ProbeResult> = { status: 503, eventId: EVENT };
const origin: Partial<ProbeResult> = { status: 200 };
const silent = (failure: ProbeResult['failure']): Partial<ProbeResult> => ({ status: null, failure });
const redirect = (redirectsTo: string): Partial<ProbeResult> => ({ status: 301, redirectsTo });

type World = Readonly<Record<string, readonly Partial<ProbeResult>[]>>;

/** An engine that sees these hosts, each answer once and the last for ever, on a clock that only sleep moves. */
function engineOf(world: World) {
  const asked: string[] = [];
  let now = 0;
  const parts: Partial<Engine> = {
    monotonic: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    randomBytes: (count) => new Uint8Array(count),
    verifyDeadlineMs: 30_000,
    probe: async (url) => {
      const { host } = new URL(url);
      const answers = world[host] ?? [silent('name')];
      const count = asked.filter((other) => other === host).length;
      asked.push(host);
      const answer = answers[Math.min(count, answers.length - 1)];
      return { status: null, eventId: null, redirectsTo: null, failure: null, ...answer };
    },
  };
  return { engine: parts as Engine, asked, waited: () => now };
}

const verdictOn = async (world: World, site = SITE) =>
  (await verifySites(engineOf(world).engine, [site])).get(site.domain);

describe('whether visitors see the page', () => {
  it.each<[name: string, verdict: boolean | null, world: World]>([
    ['every hostname shows it', true, { 'a.example': [page], 'www.a.example': [page] }],
    ['one hostname does not exist', true, { 'a.example': [page] }],
    ['one is not served by Cloudflare', true, { 'a.example': [page], 'www.a.example': [{ status: 530 }] }],
    ['one shows something else', false, { 'a.example': [page], 'www.a.example': [origin] }],
    ['one shows the page of another event', false, { 'a.example': [{ status: 503, eventId: 'other' }] }],
    ['one does not answer', null, { 'a.example': [page], 'www.a.example': [silent('timeout')] }],
    [
      'one refuses, another is wrong',
      false,
      { 'a.example': [origin], 'www.a.example': [silent('connection')] },
    ],
    ['none exists', null, {}],
    [
      'www leads to the apex',
      true,
      { 'a.example': [page], 'www.a.example': [redirect('https://a.example/')] },
    ],
    ['both lead elsewhere', false, { 'a.example': [redirect('https://b.example/')] }],
    [
      'they lead to each other for ever',
      false,
      {
        'a.example': [redirect('https://www.a.example/')],
        'www.a.example': [redirect('https://a.example/')],
      },
    ],
  ])('%s: %s', async (_name, verdict, world) => {
    expect(await verdictOn(world)).toBe(verdict);
  });

  it('a path of the same host that a redirect leads to counts', async () => {
    const world = { 'a.example': [redirect('https://a.example/de/'), page] };
    expect(await verdictOn(world)).toBe(true);
  });

  it('looks again until it is there, and no longer than it may', async () => {
    const slow = engineOf({ 'a.example': [origin, origin, origin, page] });
    expect((await verifySites(slow.engine, [SITE])).get('a.example')).toBe(true);
    expect(slow.asked.filter((host) => host === 'a.example')).toHaveLength(4);

    const never = engineOf({ 'a.example': [origin] });
    expect((await verifySites(never.engine, [SITE])).get('a.example')).toBe(false);
    expect(never.waited()).toBeLessThanOrEqual(30_000);
    expect(never.waited()).toBeGreaterThan(20_000);

    const glance = engineOf({ 'a.example': [origin, page] });
    expect((await glanceAtSites(glance.engine, [SITE], undefined)).get('a.example')).toBe(false);
  });

  it('asks no names that only a wildcard covers', async () => {
    const { engine, asked } = engineOf({ 'a.example': [page] });
    const site = { ...SITE, patterns: ['a.example/*', '*.a.example/*'] };
    expect((await verifySites(engine, [site])).get('a.example')).toBe(true);
    expect(asked).toEqual(['a.example']);
  });
});

describe('whether the page is gone', () => {
  it.each<[verdict: boolean, world: World]>([
    [true, { 'a.example': [origin], 'www.a.example': [redirect('https://elsewhere.example/')] }],
    [false, { 'a.example': [origin], 'www.a.example': [page] }],
  ])('%s', async (verdict, world) => {
    expect(await verdictOn(world, { ...SITE, eventId: null as never })).toBe(verdict);
  });
});

it('stops asking where the first sites cannot be reached at all', async () => {
  const sites = Array.from({ length: 40 }, (_, index) => ({
    domain: `s${index}.example`,
    patterns: [`s${index}.example/*`],
    eventId: EVENT,
  }));
  const { engine, asked } = engineOf({});
  expect([...(await verifySites(engine, sites)).values()].every((verdict) => verdict === null)).toBe(true);
  expect(asked.length).toBeLessThan(sites.length);
});
