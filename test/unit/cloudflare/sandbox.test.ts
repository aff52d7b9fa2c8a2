/** The client against the sandbox, which was written from Cloudflare's schema without knowledge of the client. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudflareApi } from '../../../src/cloudflare/api.js';
import { type CloudflareOptions, createCloudflare } from '../../../src/cloudflare/client.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { createMemoryLedger, rejection } from './client-fixture.js';

const UPLOAD = {
  mainModule: 'worker.js',
  compatibilityDate: '2026-01-01',
  modules: [
    {
      name: 'worker.js',
      type: 'application/javascript+module',
      content: 'export default {fetch(){return new Response("x")}}',
    },
    { name: 'page.html', type: 'text/plain', content: '<p>Grüße</p>' },
  ],
  services: {},
  tags: ['maint'],
  message: 'test',
};

describe('the client against the sandbox', () => {
  let sandbox: Sandbox;
  const open: CloudflareApi[] = [];

  const connect = (token: string, options: Partial<CloudflareOptions> = {}): CloudflareApi => {
    const api = createCloudflare({
      token,
      baseUrl: sandbox.apiUrl,
      budget: createMemoryLedger(),
      maxWaitMs: 1000,
      now: () => Date.now(),
      monotonic: () => performance.now(),
      sleep: () => new Promise((resolve) => setImmediate(resolve)),
      random: () => 0,
      userAgent: 'maint/test',
      ...options,
    });
    open.push(api);
    return api;
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ fleet: 'plain', zones: 120, edge: false });
  });

  afterAll(async () => {
    await Promise.all(open.map((api) => api.close()));
    await sandbox.close();
  });

  it('reads every page of the zones, one by name, and the accounts', async () => {
    const api = connect(sandbox.tokens.all);
    const zones = await api.zones.list();
    expect(zones).toHaveLength(120);
    expect(api.sent).toBe(3);
    const [first] = zones;
    expect(await api.zones.list({ name: first!.name })).toEqual([first]);
    expect(await api.zones.get(first!.id)).toEqual(first);
    expect((await api.accounts.list()).map(({ id }) => id)).toContain(first!.account.id);
  });

  it('carries a script and its routes through their life', async () => {
    const api = connect(sandbox.tokens.all);
    const [zone] = await api.zones.list();
    const account = zone!.account.id;
    await api.scripts.upload(account, 'maint-life', UPLOAD);
    await api.scripts.disableSubdomain(account, 'maint-life');
    expect(await api.scripts.download(account, 'maint-life')).toEqual(UPLOAD.modules);
    const body = { pattern: `life.${zone!.name}/*`, script: 'maint-life', request_limit_fail_open: true };
    const route = await api.routes.create(zone!.id, body);
    expect(route).toMatchObject(body);
    expect(await api.routes.get(zone!.id, route.id)).toMatchObject(body);
    const listed = (await api.scripts.list(account)).find(({ name }) => name === 'maint-life');
    expect(listed?.routes?.map(({ pattern }) => pattern)).toEqual([body.pattern]);
    expect(await api.routes.update(zone!.id, route.id, { ...body, script: null })).toMatchObject({
      script: null,
    });
    expect(await api.routes.delete(zone!.id, route.id)).toBe('deleted');
    expect(await api.routes.delete(zone!.id, route.id)).toBe('missing');
    expect(await api.routes.get(zone!.id, route.id)).toBeNull();
    expect(await api.scripts.delete(account, 'maint-life')).toBe('deleted');
    expect(await api.scripts.delete(account, 'maint-life')).toBe('missing');
    expect(await api.scripts.download(account, 'maint-life')).toBeNull();
  });

  it('sets the routes of many zones in one call, and is refused it with a token for some zones', async () => {
    const api = connect(sandbox.tokens.all);
    const zones = (await api.zones.list()).slice(0, 100);
    const account = zones[0]!.account.id;
    const own = zones.filter((zone) => zone.account.id === account);
    await api.scripts.upload(account, 'maint-many', UPLOAD);
    const routes = own.map((zone) => ({ pattern: `many.${zone.name}/*`, zoneId: zone.id }));
    await api.scripts.replaceRoutes(account, 'maint-many', routes);
    expect(await api.routes.list(own[0]!.id)).toContainEqual(
      expect.objectContaining({ pattern: routes[0]!.pattern, script: 'maint-many' }),
    );
    const few = connect(sandbox.tokens.zones([own[0]!.id]));
    const error = await rejection(few.scripts.replaceRoutes(account, 'maint-many', routes));
    expect(error).toMatchObject({ code: 'permission-missing' });
  });

  it('tells a token of an account from one of a user, and a wrong one from both', async () => {
    expect(await connect(sandbox.tokens.all).tokens.verify()).toMatchObject({
      kind: 'user',
      status: 'active',
    });
    expect(await connect(sandbox.tokens.account).tokens.verify()).toMatchObject({ kind: 'account' });
    const wrong = connect('cfut_0000000000000000000000000000000000000000');
    expect(await rejection(wrong.tokens.verify())).toMatchObject({ code: 'token-invalid' });
  });

  it('names what a token may not, and goes on with what it may', async () => {
    const api = connect(sandbox.tokens.readOnly);
    const [zone] = await api.zones.list();
    const error = await rejection(
      api.routes.create(zone!.id, { pattern: `no.${zone!.name}/*`, script: null }),
    );
    expect(error).toMatchObject({ code: 'permission-missing' });
    expect((error as Error).message).toContain('Workers Routes → Edit');
    expect(Array.isArray(await api.routes.list(zone!.id))).toBe(true);
  });

  it.each([
    ['dropped before', { dropBefore: true }],
    ['dropped after', { dropAfter: true }],
    ['truncated', { truncate: true }],
    ['a page of the edge', { html: 502 }],
    ['busy', { concurrentModification: true }],
  ])('creates a route once although its answer was %s', async (name, fault) => {
    const api = connect(sandbox.tokens.all);
    const [zone] = await api.zones.list();
    const pattern = `${name.replaceAll(' ', '-')}.${zone!.name}/*`;
    sandbox.faults.add({ method: 'POST', path: '/zones/*/workers/routes', nth: 1, ...fault });
    const route = await api.routes.create(zone!.id, { pattern, script: null });
    sandbox.faults.clear();
    const there = (await api.routes.list(zone!.id)).filter((one) => one.pattern === pattern);
    expect(there.map(({ id }) => id)).toEqual([route.id]);
  });

  it('keeps DNS records and settings', async () => {
    const api = connect(sandbox.tokens.all);
    const [zone] = await api.zones.list();
    const record = await api.dns.create(zone!.id, {
      type: 'A',
      name: `dns.${zone!.name}`,
      content: '192.0.2.9',
      proxied: true,
    });
    expect((await api.dns.list(zone!.id)).map(({ id }) => id)).toContain(record.id);
    expect(await api.dns.delete(zone!.id, record.id)).toBe('deleted');
    const ssl = await api.settings.get(zone!.id, 'ssl');
    expect(await api.settings.update(zone!.id, 'ssl', 'strict')).toBe('strict');
    expect(await api.settings.update(zone!.id, 'ssl', ssl)).toBe(ssl);
  });
});
