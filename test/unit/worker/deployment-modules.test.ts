import { expect, it } from 'vitest';
import { WORKER_HASH, WORKER_MODULES } from '../../../src/worker/bundle.generated.js';
import { parseWorkerModules, WORKER_MAIN, workerModules } from '../../../src/worker/deployment-modules.js';
import { pageSettings } from '../../support/page-settings.js';

const settings = pageSettings({ message: '`;alert(1)//\n</script>' });
const restore = { routes: [{ id: 'r1', pattern: 'a/*', script: 'site' }] };

it('keeps the Worker small enough to be read, its texts apart', () => {
  const sizes = WORKER_MODULES.filter(({ name }) => name !== 'texts.js').map(({ content }) =>
    Buffer.byteLength(content),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(25 * 1024);
  expect(WORKER_HASH).toMatch(/^[\da-f]{64}$/);
});

it('deploys the same code for every event and everything else as text', () => {
  const modules = workerModules(settings, restore, '<h1>Ours</h1>');
  expect(modules.map(({ name, type }) => [name, type])).toEqual([
    ['worker.js', 'application/javascript+module'],
    ['texts.js', 'application/javascript+module'],
    ['settings.txt', 'text/plain'],
    ['restore.txt', 'text/plain'],
    ['page.txt', 'text/plain'],
  ]);
  expect(modules[0]?.name).toBe(WORKER_MAIN);
  expect(modules.slice(0, 2)).toEqual(WORKER_MODULES);
  expect(modules.every(({ content }) => content.length > 0)).toBe(true);
});

it.each([null, '<!doctype html><p>{{message}}'])('reads back what it deployed, with the page %j', (page) => {
  const downloaded = workerModules(settings, restore, page).map(({ name, content }) => ({
    name: `./${name}`,
    content,
  }));
  expect(parseWorkerModules(downloaded)).toEqual({ settings, restore, customPage: page });
});

it('reads back an empty restore record', () => {
  expect(parseWorkerModules(workerModules(settings, undefined, null))?.restore).toBeNull();
});

it.each([
  ['nothing', []],
  ['another Worker', [{ name: 'index.js', content: 'export default {}' }]],
  ['no restore record', [{ name: 'settings.txt', content: JSON.stringify(settings) }]],
  [
    'settings of another kind',
    [
      { name: 'settings.txt', content: '{}' },
      { name: 'restore.txt', content: '{}' },
    ],
  ],
  [
    'a cut restore record',
    [
      { name: 'settings.txt', content: JSON.stringify(settings) },
      { name: 'restore.txt', content: '{"a"' },
    ],
  ],
])('takes %s for none of ours', (_what, modules) => {
  expect(parseWorkerModules(modules)).toBeNull();
});
