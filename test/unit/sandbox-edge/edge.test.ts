import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { edgeAvailable, startEdge, validateScript } from '../../../src/sandbox/edge/edge.js';
import { dns, module, route, SampleState, script, visit, worker } from './sample-state.js';
import { start } from './started-edge.js';

it('finds workerd', async () => {
  expect(await edgeAvailable()).toBe(true);
});

describe('a Worker', () => {
  it('reads its modules of every kind', async () => {
    const code = `import text from './page.txt'; import data from './blob.bin'; import json from './a.json';
      import { twice } from './lib/twice.js';
      ${worker('[text, new TextDecoder().decode(data), json.a, twice(21)].join("|")')}`;
    const modules = [
      module('quote " back \\ tab \t nul \0 line\nhé 漢', './page.txt', 'text/plain; charset=utf-8'),
      module('export const twice = (n) => 2 * n;', 'lib/twice.js'),
      module(code),
      module('{"a": 1}', 'a.json', 'application/json'),
      module('\0bytes"\\', 'blob.bin', 'application/octet-stream'),
      module('{}', 'main.js.map', 'application/source-map'),
    ];
    modules[0]!.name = 'page.txt';
    const sample = new SampleState().zone('a.test', [route('a.test/*', 'w')]).upload(script('w', modules));
    const { port } = await start(sample);
    const answer = await visit(port, 'a.test/');
    expect(answer.body).toBe('quote " back \\ tab \t nul \0 line\nhé 漢|\0bytes"\\|1|42');
    expect(answer.headers).toMatchObject({ server: 'cloudflare' });
  });

  it('has its bindings and calls another Worker', async () => {
    const bindings = [
      { type: 'plain_text', name: 'TEXT', text: 'a "text"\n' },
      { type: 'secret_text', name: 'SECRET', text: 's3cret' },
      { type: 'json', name: 'JSON', json: { deep: [1] } },
      { type: 'service', name: 'NEXT', service: 'inner' },
      { type: 'kv_namespace', name: 'KV', namespace_id: 'x' },
    ];
    const outer = worker(
      'JSON.stringify([env.TEXT, env.SECRET, env.JSON, "KV" in env, await (await env.NEXT.fetch(request)).text()])',
    );
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'outer')])
      .upload(script('outer', outer, { bindings }))
      .upload(script('inner', worker('"inner saw " + request.url')));
    const { port, log } = await start(sample);
    const answer = await visit(port, 'a.test/x');
    expect(JSON.parse(answer.body)).toEqual([
      'a "text"\n',
      's3cret',
      { deep: [1] },
      false,
      'inner saw https://a.test/x',
    ]);
    expect(log.join('\n')).toContain('kv_namespace');
  });

  it('sees the visitor as behind Cloudflare, and nothing of the sandbox', async () => {
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'w')])
      .upload(script('w', worker('JSON.stringify([request.url, request.cf, [...request.headers]])')));
    const { port } = await start(sample);
    const headers = { 'x-sandbox-client-ip': '2001:db8::7', upgrade: 'websocket', connection: 'Upgrade' };
    const answer = await visit(port, 'a.test:8443/a?b=c', { headers });
    const [url, cf, seen] = JSON.parse(answer.body);
    expect(url).toBe('https://a.test/a?b=c');
    expect(cf).toMatchObject({ country: 'XX', tlsVersion: 'TLSv1.3' });
    expect(Object.fromEntries(seen)).toMatchObject({
      'cf-connecting-ip': '2001:db8::7',
      'x-forwarded-proto': 'https',
      host: 'a.test',
      upgrade: 'websocket',
      'cf-ray': answer.headers['cf-ray'],
    });
    expect(JSON.stringify(seen)).not.toContain('x-sandbox-');
  });

  it('may be written in the older syntax', async () => {
    const code = "addEventListener('fetch', (e) => e.respondWith(new Response('old ' + TEXT)));";
    const metadata = {
      main_module: undefined,
      body_part: 'script',
      bindings: [{ type: 'plain_text', name: 'TEXT', text: 'but gold' }],
    };
    const old = script('old', [module(code, 'script', 'application/javascript')], metadata);
    const { port } = await start(new SampleState().zone('a.test', [route('a.test/*', 'old')]).upload(old));
    expect((await visit(port, 'a.test/')).body).toBe('old but gold');
  });

  it('is another one in another account, under the same name', async () => {
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'w')])
      .zone('b.test', [route('b.test/*', 'w')], { accountId: 'two' })
      .upload(script('w', worker('"of one"')), 'one')
      .upload(script('w', worker('"of two"')), 'two');
    const { port } = await start(sample);
    expect((await visit(port, 'a.test/')).body).toBe('of one');
    expect((await visit(port, 'b.test/')).body).toBe('of two');
  });

  it('keeps a compressed body, several cookies and a redirect as they are', async () => {
    const zipped = gzipSync('squeezed').toString('base64');
    const code = `export default { fetch(request) {
      const headers = new Headers({ location: '/there', 'content-encoding': 'gzip' });
      headers.append('set-cookie', 'a=1'); headers.append('set-cookie', 'b=2');
      const body = Uint8Array.from(atob('${zipped}'), (c) => c.charCodeAt(0));
      return new Response(body, { status: 302, headers, encodeBody: 'manual' });
    } };`;
    const { port } = await start(
      new SampleState().zone('a.test', [route('a.test/*', 'w')]).upload(script('w', code)),
    );
    const answer = await visit(port, 'a.test/', { headers: { 'accept-encoding': 'gzip' } });
    expect(answer).toMatchObject({
      status: 302,
      headers: { location: '/there', 'set-cookie': ['a=1', 'b=2'] },
    });
    expect(gunzipSync(answer.raw).toString()).toBe('squeezed');
  });

  it('may answer a large upload without reading it', async () => {
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'w')])
      .upload(script('w', 'export default { fetch() { return new Response("no", { status: 503 }); } };'));
    const { port } = await start(sample);
    const body = 'x'.repeat(20_000_000);
    expect(await visit(port, 'a.test/', { method: 'POST', body })).toMatchObject({ status: 503, body: 'no' });
  });

  it('passes a large upload on whole', async () => {
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'w')])
      .upload(script('w', 'export default { fetch(request) { return fetch(request); } };'));
    const { port } = await start(sample);
    const body = 'x'.repeat(3_000_000);
    const headers = { 'transfer-encoding': 'chunked' };
    for (const options of [{}, { headers }]) {
      const answer = await visit(port, 'a.test/__echo', { method: 'PUT', body, ...options });
      expect(JSON.parse(answer.body)).toMatchObject({ method: 'PUT', body });
    }
  });

  it('reaches the origin with its own fetch, never a route', async () => {
    const code = `export default { async fetch(request) {
      const own = await fetch(request); const other = await fetch('https://b.test/x');
      return new Response(own.headers.get('x-sandbox-origin') + ' ' + other.headers.get('x-sandbox-origin'));
    } };`;
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'w')])
      .zone('b.test', [route('b.test/*', 'w')])
      .upload(script('w', code));
    const { port } = await start(sample);
    expect((await visit(port, 'a.test/')).body).toBe('a.test b.test');
  });
});

describe('a Worker that fails', () => {
  const throwing = 'export default { fetch() { throw new Error("boom"); } };';

  it('reads 1101, and the reason is logged', async () => {
    const sample = new SampleState()
      .zone('a.test', [route('a.test/*', 'w'), route('a.test/gone/*', 'missing')])
      .upload(script('w', throwing));
    const { port, log } = await start(sample);
    for (const path of ['a.test/', 'a.test/gone/x']) {
      const answer = await visit(port, path);
      expect(answer).toMatchObject({ status: 500, headers: { server: 'cloudflare' } });
      expect(answer.body).toContain('Error 1101');
    }
    expect(log.join('\n')).toContain('boom');
  });

  it('may have asked for the origin instead', async () => {
    const code =
      'export default { fetch(r, env, ctx) { ctx.passThroughOnException(); throw new Error("x"); } };';
    const sample = new SampleState().zone('a.test', [route('a.test/*', 'w')]).upload(script('w', code));
    const { port } = await start(sample);
    expect((await visit(port, 'a.test/')).headers['x-sandbox-origin']).toBe('a.test');
  });

  it('does not take the others down when it cannot even start', async () => {
    const sample = new SampleState()
      .zone(
        'a.test',
        ['syntax', 'import', 'global', 'good'].map((name) => route(`a.test/${name}`, name)),
      )
      .upload(script('syntax', 'export default { fetch( {'))
      .upload(script('import', "import './nowhere.js'; export default { fetch() {} };"))
      .upload(script('global', 'throw new Error("at the start");'))
      .upload(script('good', worker('"fine"')));
    const { port, log } = await start(sample);
    expect((await visit(port, 'a.test/good')).body).toBe('fine');
    for (const name of ['syntax', 'import', 'global']) {
      expect((await visit(port, `a.test/${name}`)).body).toContain('Error 1101');
      expect(log.join('\n')).toContain(`Worker ${name} cannot start: `);
    }
    sample.upload(script('syntax', worker('"mended"')));
    expect((await visit(port, 'a.test/syntax')).body).toBe('mended');
  });

  it('is still isolated when its start never ends', async () => {
    const sample = new SampleState()
      .zone('a.test', [route('a.test/stuck', 'stuck'), route('a.test/good', 'good')])
      .upload(script('stuck', 'for (;;) {}'))
      .upload(script('good', worker('"fine"')));
    const { port } = await start(sample);
    expect((await visit(port, 'a.test/good')).body).toBe('fine');
    expect((await visit(port, 'a.test/stuck')).body).toContain('Error 1101');
  });
});

describe('a name that leads nowhere', () => {
  it.each([
    ['nobody.test/', 409, 'Error 1001'],
    ['www.a.test/', 530, 'Error 1016'],
  ])('%s reads %d', async (address, status, text) => {
    const sample = new SampleState().zone('a.test', [route('*a.test/*', 'w')]).dns('a.test', [dns('a.test')]);
    const { port } = await start(sample);
    const answer = await visit(port, address);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(text);
  });
});

describe('validateScript', () => {
  it('says what is wrong with a script', async () => {
    expect(await validateScript(script('w', 'export default {'))).toContain('SyntaxError');
    const dated = script('w', worker('1'), { compatibility_date: '2999-01-01' });
    expect(await validateScript(dated)).toContain('compatibility date');
    const flagged = script('w', worker('1'), { compatibility_flags: ['no_such_flag'] });
    expect(await validateScript(flagged)).toContain('no_such_flag');
  });

  it('has nothing against a good one, whoever it is bound to', async () => {
    const bindings = [{ type: 'service', name: 'NEXT', service: 'elsewhere' }];
    expect(await validateScript(script('w', worker('1'), { bindings }))).toBeNull();
  });
});

it('says when its port is taken', async () => {
  const { port } = await start(new SampleState());
  const second = startEdge(new SampleState().state, { host: '127.0.0.1', port });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
