import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messageOf } from '../../../src/notify/message.js';
import { createSender } from '../../../src/notify/send.js';
import { AT, channel, notice } from './notices.js';

const down = { ...notice('down'), id: 1 };
const delivery = { message: messageOf([down]), notices: [down], test: false };

function sender(environment: Record<string, string> = {}) {
  const made = createSender({ proxy: {}, userAgent: 'maint/test', environment, now: () => new Date(AT) });
  onTestFinished(() => made.close());
  return made;
}

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A receiver on this computer; the URL holds a secret. */
async function receiver(answer: (response: ServerResponse) => void) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/s3cret`, received };
}

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'maint-notify-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

describe('webhooks', () => {
  it('get the document, with the headers of the settings', async () => {
    const { url, received } = await receiver((response) => response.writeHead(204).end());
    const hook = channel({ url, headers: { authorization: 'Bearer x' } });
    expect(await sender().send(hook, delivery)).toEqual({ ok: true });
    expect(received[0]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'content-type': 'application/json',
      'user-agent': 'maint/test',
    });
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      title: 'a.example is down',
      notices: [down],
    });
  });

  it.each([
    [500, {}, 'it answered 500', null],
    [429, { 'retry-after': '1.5' }, 'it answered 429', 1_500],
    [429, { 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT' }, 'it answered 429', 30_000],
    [302, { location: 'http://127.0.0.1:1/elsewhere' }, 'it answered 302', null],
  ])('that answer %i %j are not served', async (status, headers, why, retryAfterMs) => {
    const { url } = await receiver((response) => response.writeHead(status, headers).end('s3cret'));
    const sent = await sender().send(channel({ url }), delivery);
    expect(sent).toEqual({ ok: false, why, retryAfterMs });
  });

  it('that nobody answers are named without their address', async () => {
    const sent = await sender().send(channel({ url: 'http://127.0.0.1:9/s3cret' }), delivery);
    expect(sent).toEqual({ ok: false, why: 'it cannot be reached (ECONNREFUSED)', retryAfterMs: null });
  });

  it('that never answer are given up when it is time to stop', async () => {
    const { url } = await receiver(() => {});
    const started = performance.now();
    const sent = await sender().send(channel({ url }), delivery, AbortSignal.timeout(50));
    expect(sent).toEqual({ ok: false, why: 'it did not answer in time', retryAfterMs: null });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('may have their address in a file', async () => {
    const { url, received } = await receiver((response) => response.end());
    const file = path.join(folder(), 'url');
    writeFileSync(file, `${url}\n`);
    expect(await sender().send(channel({ type: 'slack', url: undefined, urlFile: file }), delivery)).toEqual({
      ok: true,
    });
    expect(received).toHaveLength(1);
    const missing = channel({ type: 'slack', url: undefined, urlFile: `${file}.none` });
    expect(await sender().send(missing, delivery)).toMatchObject({ why: 'its urlFile cannot be read' });
  });
});

describe('commands', () => {
  it('get the document on standard input, title and text in the environment, and no shell', async () => {
    const out = path.join(folder(), 'out');
    const script = 'cat > "$1"; echo "$MAINT_TITLE|$HELLO|$2" >> "$1"';
    const command = ['sh', '-c', script, 'sh', out, '$(id)'];
    const page = channel({ type: 'command', command, url: undefined });
    const { PATH = '' } = process.env;
    expect(await sender({ PATH, HELLO: 'hi' }).send(page, delivery)).toEqual({ ok: true });
    const [document = '', last] = readFileSync(out, 'utf8').split('\n');
    expect(JSON.parse(document)).toMatchObject({ title: 'a.example is down' });
    expect(last).toBe('a.example is down|hi|$(id)');
  });

  it.each([
    [['false'], 'it ended with 1'],
    [['sh', '-c', 'kill -9 $$'], 'it ended with SIGKILL'],
    [['/nowhere/page'], 'it cannot be started (ENOENT)'],
  ])('%j', async (command, why) => {
    const page = channel({ type: 'command', command, url: undefined });
    const { PATH = '' } = process.env;
    expect(await sender({ PATH }).send(page, delivery)).toEqual({ ok: false, why, retryAfterMs: null });
  });

  it('that never end are killed when it is time to stop', async () => {
    const page = channel({ type: 'command', command: ['sleep', '60'], url: undefined });
    const { PATH = '' } = process.env;
    const sent = await sender({ PATH }).send(page, delivery, AbortSignal.timeout(50));
    expect(sent).toEqual({ ok: false, why: 'it ended with SIGKILL', retryAfterMs: null });
  });
});
