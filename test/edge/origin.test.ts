import { afterAll, beforeAll, expect, it } from 'vitest';
import { workerModules } from '../../src/worker/deployment-modules.js';
import { pageSettings, SECRET } from '../support/page-settings.js';
import { type Edge, startEdge } from '../support/workerd.js';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(
    { page: { modules: workerModules(pageSettings(), null, null) } },
    (request, response) => {
      if (request.url === '/reset') request.socket.destroy();
      else if (request.url === '/moved')
        response.writeHead(301, { location: 'https://elsewhere.example/' }).end();
      else if (request.url === '/cookies') response.setHeader('set-cookie', ['a=1', 'b=2']).end();
      else
        response.writeHead(500, { 'surrogate-control': 'max-age=9', 'x-own': 'kept' }).end('origin is ill');
    },
  );
});
afterAll(() => edge.close());

const asGuest = (path: string, method = 'GET') =>
  edge.ask('page', { path, method, headers: { 'x-maint-bypass': SECRET } });

it('shows a guest the origin as it is, also where it is ill', async () => {
  const answer = await asGuest('/');
  expect(answer).toMatchObject({ status: 500, body: 'origin is ill', headers: { 'x-own': 'kept' } });
  expect(answer.headers).not.toHaveProperty('surrogate-control');
  expect(await asGuest('/', 'HEAD')).toMatchObject({ status: 500, body: '' });
});

it('hands redirects and cookies on', async () => {
  expect(await asGuest('/moved')).toMatchObject({
    status: 301,
    headers: { location: 'https://elsewhere.example/' },
  });
  expect((await asGuest('/cookies')).headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

it('says that the origin of this address did not answer, instead of showing the page', async () => {
  const answer = await asGuest('/reset');
  expect(answer.status).toBe(502);
  expect(answer.body).toContain('origin of this address did not answer');
  expect(answer.headers['x-maint-event']).toBeUndefined();
  expect(answer.headers['x-maint-bypassed']).toBe('20260301-abcdefgh');
});
