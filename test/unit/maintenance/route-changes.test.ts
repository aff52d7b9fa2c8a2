import { expect, it } from 'vitest';
import type { CloudflareApi } from '../../../src/cloudflare/api.js';
import type { Engine } from '../../../src/maintenance/engine.js';
import { changeSite } from '../../../src/maintenance/route-changes.js';
import type { Route } from '../../../src/model/route.js';
import { change, route, sitePlan } from '../../support/builders.js';

it('journals what was sent where the answer leaves a field out: the next run must not take it for a change', async () => {
  const before = route('a.example/*', 'app', { request_limit_fail_open: true });
  const script = 'maint-20261123-abcdefgh';
  const taken = change('a.example', {
    action: 'take-over-route',
    routeId: before.id,
    before,
    after: { ...before, script },
    script,
  });
  const settled: { after?: Route | null }[] = [];
  const update = async (_zone: string, id: string) => ({ id, pattern: before.pattern, script });
  const engine = {
    store: { operations: { intend: () => [1], settle: (all: typeof settled) => settled.push(...all) } },
    cloudflare: () => ({ routes: { update } }) as unknown as CloudflareApi,
    monotonic: () => 0,
    clock: () => new Date('2026-11-23T12:00:00Z'),
  } as unknown as Engine;
  const lease = { ensureHeld: () => {}, release: () => {} };
  const frame = { runId: 'run', actor: 'ann', eventId: '20261123-abcdefgh' };

  await changeSite({ engine, lease, frame, lookedAt: 0 }, sitePlan('a.example'), [taken]);

  expect(settled[0]?.after).toEqual({ ...before, script });
});
