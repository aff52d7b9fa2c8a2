import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { edgeAvailable } from '../../../src/sandbox/edge/edge.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { type Caller, callerOf, uploadForm } from './api-client.js';

let sandbox: Sandbox;
let call: Caller;
let scripts: string;

beforeAll(async () => {
  sandbox = await startSandbox({ edge: false, fleet: 'empty', workersPlan: 'free' });
  call = callerOf(sandbox);
  scripts = `/accounts/${[...sandbox.state.accounts.keys()][0]}/workers/scripts`;
});
afterAll(() => sandbox.close());

const upload = (name: string, metadata = {}, modules = {}, query = '') =>
  call('PUT', `${scripts}/${name}${query}`, uploadForm(metadata, modules));
/** What a visitor of the host gets at `/`; fetch cannot set the Host header. */
function visit(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      response.setEncoding('utf8').once('data', resolve);
    }).once('error', reject);
  });
}

const text = (name: string, value = 'x') => ({ type: 'plain_text', name, text: value });

describe('an upload', () => {
  it.each(['Upper', '-dash', 'dash-', '1st', 'under_score', 'x'.repeat(64)])(
    'named %s is refused',
    async (name) => {
      expect(await upload(name)).toMatchObject({ status: 400, code: 10016 });
    },
  );

  it.each([
    ['a main module that is not there', { main_module: 'other.js' }, {}, 10006],
    ['no event handlers', {}, { 'index.js': 'const x = 1;' }, 10068],
    ['a date in the future', { compatibility_date: '2999-01-01' }, {}, 10021],
    ['a nameless binding', { bindings: [{ type: 'json', json: 1 }] }, {}, 10052],
    ['a binding twice', { bindings: [text('A'), text('A')] }, {}, 10053],
    ['a text over 5 KB', { bindings: [text('A', 'x'.repeat(5121))] }, {}, 10054],
    ['too many variables', { bindings: Array.from({ length: 65 }, (_, i) => text(`V${i}`)) }, {}, 10055],
    ['an unknown binding', { bindings: [{ type: 'magic', name: 'A' }] }, {}, 10021],
    [
      'a service that is not there',
      { bindings: [{ type: 'service', name: 'A', service: 'gone' }] },
      {},
      10143,
    ],
    ['a long tag', { tags: ['x'.repeat(129)] }, {}, 100102],
    ['many tags', { tags: [...'abcdefghi'] }, {}, 100103],
  ])('with %s is refused', async (_, metadata, modules, code) => {
    expect(await upload('refused', metadata, modules)).toMatchObject({ success: false, code });
    expect((await call('GET', `${scripts}/refused/settings`)).code).toBe(10007);
  });

  it('that is no form is refused', async () => {
    expect(await call('PUT', `${scripts}/json`, {})).toMatchObject({ status: 400, code: 10001 });
    const broken = await fetch(`${sandbox.apiUrl}${scripts}/broken`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${sandbox.tokens.all}`,
        'content-type': 'multipart/form-data; boundary=x',
      },
      body: 'not a form',
    });
    expect(await broken.json()).toMatchObject({ success: false, errors: [{ code: 10006 }] });
  });

  it('keeps the tag and the first date, and replaces bindings that are not kept', async () => {
    const bindings = [text('A'), { type: 'secret_text', name: 'S', text: 'hush' }];
    const first = await upload('versions', { bindings });
    const second = await upload('versions', { bindings: [text('B')], keep_bindings: ['secret_text'] });
    expect(second.result).toMatchObject({ tag: first.result.tag, created_on: first.result.created_on });
    expect(second.result.etag).not.toBe(first.result.etag);
    const settings = await call('GET', `${scripts}/versions/settings`);
    expect(settings.result.bindings).toEqual([text('B'), { type: 'secret_text', name: 'S' }]);
  });

  it('inherits a binding, and is refused where there is none and it is strict', async () => {
    await upload('heir', { bindings: [text('A', 'old')] });
    const inherit = [{ type: 'inherit', name: 'A' }];
    await upload('heir', { bindings: inherit });
    expect((await call('GET', `${scripts}/heir/settings`)).result.bindings).toEqual([text('A', 'old')]);
    const lost = [{ type: 'inherit', name: 'Z' }];
    expect(await upload('heir', { bindings: lost }, {}, '?bindings_inherit=strict')).toMatchObject({
      code: 10057,
    });
  });
});

describe('a script', () => {
  it('is listed by its tags', async () => {
    await upload('tagged', { tags: ['maint', 'e1'] });
    const ids = async (filter: string) =>
      (await call('GET', `${scripts}?tags=${filter}`)).result.map(({ id }: { id: string }) => id);
    expect(await ids('maint:yes')).toEqual(['tagged']);
    expect(await ids('maint:yes,e1:no')).toEqual([]);
  });

  it('cannot be deleted while another is bound to it, unless forced', async () => {
    await upload('target');
    await upload('caller', { bindings: [{ type: 'service', name: 'T', service: 'target' }] });
    expect(await call('DELETE', `${scripts}/target`)).toMatchObject({ status: 400, code: 10142 });
    expect((await call('DELETE', `${scripts}/target?force=true`)).status).toBe(200);
    expect(await call('DELETE', `${scripts}/target`)).toMatchObject({ status: 404, code: 10007 });
  });

  it('may be bound to itself', async () => {
    expect(
      (await upload('self', { bindings: [{ type: 'service', name: 'S', service: 'self' }] })).status,
    ).toBe(200);
  });

  it('leaves its routes behind when it goes', async () => {
    const demo = await startSandbox({ edge: false });
    const zone = [...demo.state.zones.values()].find(({ name }) => name === 'elm-clinic.example');
    const ask = callerOf(demo);
    await ask('DELETE', `/accounts/${zone?.accountId}/workers/scripts/clinic-booking`);
    const { result } = await ask('GET', `/zones/${zone?.id}/workers/routes`);
    expect(result[0]).toMatchObject({ pattern: 'elm-clinic.example/*', script: 'clinic-booking' });
    await demo.close();
  });

  it('is one of 100 on the free plan', async () => {
    const names = Array.from({ length: 101 }, (_, index) => `many-${index}`);
    const replies = [];
    for (const name of names) replies.push(await upload(name));
    expect(replies.at(-1)).toMatchObject({ status: 403, code: 10037 });
    expect((await call('GET', scripts)).result).toHaveLength(100);
    expect((await upload('many-0')).status).toBe(200);
  });
});

describe.skipIf(!(await edgeAvailable()))('with an edge', () => {
  it('a script that cannot start is refused with 10021, and a good one serves at once', async () => {
    const live = await startSandbox();
    onTestFinished(() => live.close());
    const ask = callerOf(live);
    const zone = [...live.state.zones.values()].find(({ name }) => name === 'linden-law.example');
    const path = `/accounts/${zone?.accountId}/workers/scripts/notice`;
    const broken = await ask('PUT', path, uploadForm({}, { 'index.js': 'export default {' }));
    expect(broken).toMatchObject({ status: 400, code: 10021 });
    await ask('PUT', path, uploadForm());
    await ask('POST', `/zones/${zone?.id}/workers/routes`, {
      pattern: 'linden-law.example/*',
      script: 'notice',
    });
    expect(await visit(live.edge?.port ?? 0, 'linden-law.example')).toBe('hello');
  });
});
