import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../support/bench.js';
import { addTarget, pass, setOrigin } from '../support/monitor-passes.js';
import { startMaint } from '../support/spawn-maint.js';
import { visit } from '../support/visit.js';

const SITE = 'site-0001.example';

/** Every change with MAINT_TEST_STRIDE=1; by default the odd ones before and the even ones after. */
const STRIDE = Number(process.env.MAINT_TEST_STRIDE ?? 2);

let bench: Bench;
const statusOf = async () => (await visit(bench.sandbox, `https://${SITE}/`)).status;

beforeAll(async () => {
  bench = await startBench({ edge: true, fleet: 'plain', zones: 1 });
  expect((await bench.maint('discover')).code).toBe(0);
  const auto = ['--auto-enable', '--auto-disable', '--min-hold', '0s', '--timeout', '2s'];
  await addTarget(bench, SITE, ...auto, '--failures', '1', '--recoveries', '1');
}, 60_000);
afterAll(() => bench.close());

/** A pass in a process that is killed at its nth change. Resolves to false where it made fewer. */
async function killedAt(nth: number, moment: 'before' | 'after'): Promise<boolean> {
  const env = { ...bench.env, HOME: bench.folder };
  const { process: child, ended } = startMaint(['monitor', '--once', '--now', '--json'], env);
  bench.sandbox.faults.add({
    method: 'write',
    nth,
    hook: async (_request, when) => {
      if (when !== moment) return;
      child.kill('SIGKILL');
      await ended;
      throw new Error('killed');
    },
  });
  const { code } = await ended;
  bench.sandbox.faults.clear();
  bench.landed();
  return code === null;
}

describe('the page of the monitor', () => {
  it.each(['before', 'after'] as const)(
    'comes to its end after a kill at any change, %s it is applied',
    { timeout: 240_000 },
    async (moment) => {
      for (let nth = moment === 'before' ? 1 : STRIDE, died = true; died; nth += STRIDE) {
        // Another URL begins anew: a site that goes up and down so often would be left alone.
        const url = `https://${SITE}/?${moment}=${nth}`;
        await bench.maint('target', 'edit', SITE, '--url', url, '--no-try', '--yes');
        await setOrigin(bench, SITE, { mode: 'status', status: 500 });
        died = await killedAt(nth, moment);
        await pass(bench);
        expect([nth, await statusOf()]).toEqual([nth, 503]);
        await setOrigin(bench, SITE, { mode: 'ok' });
        const diedLifting = await killedAt(nth, moment);
        await pass(bench);
        expect([nth, await statusOf(), bench.routesOf(SITE)]).toEqual([nth, 200, []]);
        died ||= diedLifting;
      }
      const scripts = [...bench.sandbox.state.scripts.values()].flatMap((each) => [...each.keys()]);
      expect(scripts.filter((name) => name.startsWith('maint-'))).toEqual([]);
    },
  );
});
