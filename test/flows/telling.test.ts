import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';

const BAKERY = 'harbour-bakery.example';
const LAW = 'linden-law.example';

/** Somebody who is told, on this computer. */
async function startReceiver() {
  const received: { title: string; notices: { id: number; type: string; sites: object[] }[] }[] = [];
  const behaviour = { status: 200 };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (behaviour.status === 200) received.push(JSON.parse(body));
    response.writeHead(behaviour.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/s3cret`;
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { url, received, behaviour, close };
}

describe('telling people', () => {
  let bench: Bench;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  const settings = (notify: unknown) => {
    const folder = path.join(bench.folder, '.config', 'maint');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ notify }));
  };
  const titles = () => receiver.received.map(({ title }) => title);

  beforeEach(async () => {
    [bench, receiver] = await Promise.all([startBench(), startReceiver()]);
    expect((await bench.maint('discover')).code).toBe(0);
  });
  afterEach(() => Promise.all([bench.close(), receiver.close()]));

  it('follows what a person does, where the settings ask for it', async () => {
    settings([
      { type: 'webhook', url: receiver.url, manual: true },
      { type: 'webhook', name: 'of-the-monitor', url: receiver.url },
    ]);
    const up = await bench.maint('enable', BAKERY, '--reason', 'new oven', '--yes', '--json');
    expect([up.code, titles()]).toEqual([0, [`maintenance page up on ${BAKERY}, by ann`]]);
    expect(receiver.received[0]?.notices).toMatchObject([
      { type: 'enabled', manual: true, actor: 'ann', sites: [{ domain: BAKERY, reason: 'new oven' }] },
    ]);
    expect((await bench.maint('enable', BAKERY, '--yes')).code).toBe(0);
    expect((await bench.maint('disable', BAKERY, '--dry-run')).code).toBe(0);
    expect(titles()).toHaveLength(1);
    expect((await bench.maint('disable', BAKERY, '--yes')).code).toBe(0);
    expect(titles()[1]).toBe(`maintenance page taken down from ${BAKERY}, by ann`);
  });

  it('follows what resume finishes', async () => {
    await bench.maint('enable', BAKERY, '--yes');
    settings([{ type: 'webhook', url: receiver.url, manual: true }]);
    await bench.withStore(({ events }) => {
      const [open] = events.openSites([BAKERY]);
      events.setSiteState(open?.eventId ?? '', [BAKERY], 'closing', new Date().toISOString());
    });
    expect((await bench.maint('resume')).code).toBe(0);
    expect(titles()).toEqual([`maintenance page taken down from ${BAKERY}, by ann`]);
  });

  it('never fails a run, and sends later what could not be sent', async () => {
    settings([{ type: 'webhook', url: receiver.url, manual: true }]);
    receiver.behaviour.status = 500;
    const up = await bench.maint('enable', BAKERY, '--yes', '--json', '--on-limit', 'fail-closed');
    expect(up.code).toBe(0);
    expect(JSON.parse(up.stdout).warnings).toEqual([
      "A message to 'webhook' was not sent yet: it answered 500. A later run tries again.",
    ]);
    expect(`${up.stdout}${up.stderr}${readFileSync(bench.db, 'latin1')}`).not.toContain('s3cret');
    receiver.behaviour.status = 200;
    await bench.withStore((store) => {
      const at = new Date(Date.now() + 60_000).toISOString();
      const entries = store.outbox.claim('webhook', { now: at, until: at, horizon: at, evenEarly: false });
      expect(entries.map(({ notice }) => notice.type)).toEqual(['enabled']);
      store.outbox.postpone(
        entries.map(({ id }) => id),
        new Date(0).toISOString(),
        'tried by a test',
      );
    });
    expect((await bench.maint('monitor', '--once')).code).toBe(0);
    expect(titles()).toEqual([`maintenance page up on ${BAKERY}, by ann`]);
  });

  it('joins what the monitor saw and did in one pass into one message', async () => {
    settings([{ type: 'webhook', url: receiver.url }]);
    // Nobody listens where the sites should be.
    const flags = ['--failures', '1', '--auto-enable', '--no-try', '--url', 'https://{domain}/'];
    expect((await bench.maint('target', 'add', BAKERY, LAW, ...flags)).code).toBe(0);
    const pass = await bench.maint('monitor', '--once', '--now', '--json');
    expect([pass.code, JSON.parse(pass.stdout).actions]).toMatchObject([
      0,
      [
        { domain: BAKERY, action: 'enable', outcome: 'enabled' },
        { domain: LAW, action: 'enable', outcome: 'enabled' },
      ],
    ]);
    expect(titles()).toEqual(['2 sites are down; maintenance page up on 2 sites']);
    expect((await bench.maint('monitor', '--once', '--now')).code).toBe(0);
    expect(titles()).toHaveLength(1);
  });

  it('is tried out with notify test', async () => {
    settings([
      { type: 'webhook', url: receiver.url },
      { type: 'command', command: ['false'] },
    ]);
    const { code, stdout } = await bench.maint('notify', 'test', '--json');
    expect([code, JSON.parse(stdout).channels]).toMatchObject([
      3,
      [
        { channel: 'webhook', ok: true },
        { channel: 'command', ok: false },
      ],
    ]);
    expect(titles()).toEqual(["Test of 'webhook': messages of maint arrive here"]);
  });

  it('is refused with the nearest word before anything is done, where the settings are wrong', async () => {
    settings([{ type: 'slack', url: receiver.url, manaul: true }]);
    const { code, stderr } = await bench.maint('enable', BAKERY, '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining("Did you mean 'manual'?")]);
    expect(bench.sandbox.mutations()).toEqual([]);
  });
});

it('the settings in the README are valid', async () => {
  const { readChannels } = await import('../../src/notify/channels.js');
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, json = ''] = /```json\n(\{\s+"notify"[\s\S]*?)```/.exec(readme) ?? [];
  expect(readChannels(JSON.parse(json).notify).map(({ name }) => name)).toEqual([
    'slack',
    'teams',
    'pager',
    'command',
  ]);
});
