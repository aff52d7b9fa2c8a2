import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFixture, rejection, TOKEN, ZONE } from './client-fixture.js';
import { ok } from './scripted-server.js';

describe('a proxy', () => {
  let asked: string[] = [];
  let status = 407;
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(`${request.url} ${JSON.stringify(request.headers)}`);
    socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
  });
  let url = '';

  beforeEach(async () => {
    asked = [];
    status = 407;
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('carries a tunnel, never the token, and its refusal changes nothing', async () => {
    await using f = await createFixture({
      baseUrl: 'https://api.cloudflare.com/client/v4',
      proxy: { https: url },
    });
    const call = f.api.routes.create(ZONE, { pattern: 'a.example/*', script: 'maint-1' });
    const error = (await rejection(call)) as Error;
    expect(error).toMatchObject({ code: 'remote-unreachable', ambiguous: false });
    expect(error.message).toContain('proxy refused the connection with status 407');
    expect(error.message).not.toContain('secret');
    expect(asked[0]).toMatch(/^api\.cloudflare\.com:443 /);
    expect(asked.join()).not.toContain(TOKEN);
  });

  it('is not used for this computer', async () => {
    await using f = await createFixture({ proxy: { http: url, https: url } });
    f.server.script(ok([]));
    expect(await f.api.routes.list(ZONE)).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('is not used for names that are excepted, nor one for the other scheme', async () => {
    for (const proxy of [{ https: url, no: 'api.cloudflare.com' }, { http: url }]) {
      await using f = await createFixture({ baseUrl: 'https://api.cloudflare.com/client/v4', proxy });
      expect(await rejection(f.api.routes.list(ZONE))).toMatchObject({ code: 'remote-unreachable' });
    }
    expect(asked).toEqual([]);
  });
});
