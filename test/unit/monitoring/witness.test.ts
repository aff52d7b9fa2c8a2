import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type AskWitness,
  defaultWitnesses,
  networkProof,
  openWitnesses,
  ownWitness,
  type WitnessAnswer,
} from '../../../src/monitoring/witness.js';
import { serve } from './flaky-server.js';

const witnesses = defaultWitnesses('https://api.cloudflare.com/client/v4');

/** Answers by a part of the address; nothing else is reached. */
const world =
  (answers: Readonly<Record<string, WitnessAnswer>>): AskWitness =>
  async (url) => {
    const found = Object.entries(answers).find(([part]) => url.includes(part));
    if (found === undefined) throw new Error('unreachable');
    return found[1];
  };

const envelope = JSON.stringify({ success: false, errors: [{ code: 1000 }], messages: [], result: null });

describe('the network', () => {
  it.each<[string, Readonly<Record<string, WitnessAnswer>>, boolean]>([
    [
      'works where the API refuses in its own envelope',
      { cloudflare: { status: 401, body: envelope } },
      true,
    ],
    ['works where the API is down and another answers', { google: { status: 204, body: '' } }, true],
    [
      'works where 1.1.1.1 tells its trace',
      { '1.1.1.1': { status: 200, body: 'fl=12f34\nh=1.1.1.1\n' } },
      true,
    ],
    ['does not where nobody answers', {}, false],
    [
      'does not behind a captive portal, which says 200 to all',
      { '': { status: 200, body: '<h1>Log in</h1>' } },
      false,
    ],
    [
      'does not behind a portal that answers with JSON',
      { '': { status: 200, body: '{"login":true}' } },
      false,
    ],
  ])('%s', async (_name, answers, expected) => {
    expect(await networkProof(witnesses, world(answers))()).toBe(expected);
  });

  it('is proven by the first that answers: the others are not waited for', async () => {
    const signals: AbortSignal[] = [];
    const ask: AskWitness = (url, signal) => {
      signals.push(signal);
      return url.includes('google')
        ? Promise.resolve({ status: 204, body: '' })
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    expect(await networkProof(witnesses, ask)()).toBe(true);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });
});

describe('a witness of one’s own', () => {
  const proves = (url: string, status: number) => ownWitness(url).proves({ status, body: '' });

  it('proves with any 2xx over TLS or on this computer, over plain HTTP only with 204', () => {
    expect([proves('https://w.example/', 200), proves('http://127.0.0.1:1/', 200)]).toEqual([true, true]);
    expect([proves('http://w.example/', 200), proves('http://w.example/', 204)]).toEqual([false, true]);
    expect([proves('https://w.example/', 302), proves('https://w.example/', 503)]).toEqual([false, false]);
  });

  it('is asked over HTTP, on a new connection each time', async () => {
    const server = await serve((_req, res) => res.writeHead(200).end('x'.repeat(100_000)));
    const { ask, close } = openWitnesses({});
    onTestFinished(() => close());
    const proof = networkProof([ownWitness(server.url)], ask);
    expect([await proof(), await proof()]).toEqual([true, true]);
    expect(new Set(server.requests.map(({ socket }) => socket)).size).toBe(2);
    server.server.close();
    server.server.closeAllConnections();
    expect(await proof()).toBe(false);
  });
});
