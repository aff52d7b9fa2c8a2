import { describe, expect, it, onTestFinished } from 'vitest';
import { monitorMetrics } from '../../../src/metrics/monitor-metrics.js';
import { serveMetrics } from '../../../src/metrics/serve.js';
import { DEFAULT_POLICY, UNCHECKED } from '../../../src/model/target.js';
import type { MonitorPass, PassCheck } from '../../../src/monitoring/types.js';
import { addSites, NOW, newSite, open, rejection } from '../store/store-fixture.js';

const URL_WITH_SECRET = 'https://a.example/health/?key=s3cret';

function check(more: Partial<PassCheck> = {}): PassCheck {
  return {
    targetId: 1,
    domain: 'a.example',
    url: URL_WITH_SECRET,
    ok: true,
    verdict: 'success',
    statusCode: 200,
    responseTimeMs: 80,
    connectMs: null,
    firstByteMs: 79,
    error: null,
    detail: null,
    state: 'up',
    failures: 0,
    successes: 1,
    ...more,
  };
}

function pass(more: Partial<MonitorPass> = {}): MonitorPass {
  const rest = { alreadyRunning: null, interrupted: false };
  return { at: NOW, checked: 1, held: null, network: null, checks: [check()], actions: [], ...rest, ...more };
}

async function withTarget() {
  const store = await open();
  addSites(store, newSite('a.example'));
  const target = store.targets.insert('a.example', { ...DEFAULT_POLICY, url: URL_WITH_SECRET }, NOW);
  return { store, target, metrics: monitorMetrics(store) };
}

describe('metrics of the monitor', () => {
  it('count checks, durations, actions and holds', async () => {
    const { metrics } = await withTarget();
    metrics.observe(pass());
    const failure = check({ verdict: 'failure', error: 'timeout', responseTimeMs: 60_000 });
    const action = {
      domain: 'a.example',
      action: 'enable',
      outcome: 'held',
      eventId: null,
      reason: '',
    } as const;
    metrics.observe(pass({ checks: [failure], held: 'too many', network: true, actions: [action] }));
    const lines = metrics.text().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'maint_passes_total 2',
        `maint_last_pass_timestamp_seconds ${Date.parse(NOW) / 1_000}`,
        'maint_checks_total{verdict="success"} 1',
        'maint_checks_total{verdict="failure"} 1',
        'maint_checks_total{verdict="excused"} 0',
        'maint_check_errors_total{error="timeout"} 1',
        'maint_check_duration_seconds_bucket{le="0.05"} 0',
        'maint_check_duration_seconds_bucket{le="0.1"} 1',
        'maint_check_duration_seconds_bucket{le="30"} 1',
        'maint_check_duration_seconds_bucket{le="+Inf"} 2',
        'maint_check_duration_seconds_sum 60.08',
        'maint_check_duration_seconds_count 2',
        'maint_actions_total{action="enable",outcome="held"} 1',
        'maint_holds_total 1',
        'maint_held 1',
        'maint_network_up 1',
        'maint_sites_in_maintenance 0',
      ]),
    );
  });

  it('show where targets stand, without what may be secret in a URL', async () => {
    const { store, target, metrics } = await withTarget();
    expect(metrics.text()).not.toContain('maint_target_up');
    const standing = { ...UNCHECKED, state: 'down', failures: 3, checkedAt: NOW } as const;
    const { ok: _ok, ...seen } = check({ verdict: 'failure', error: 'http', statusCode: 502 });
    const { connectMs, firstByteMs, error, detail, statusCode, verdict } = seen;
    const result = { connectMs, firstByteMs, error, detail, statusCode, verdict };
    store.targets.record([{ result: { ...result, targetId: target.id, at: NOW, totalMs: 80 }, standing }]);
    const text = metrics.text();
    const labels = '{target="1",domain="a.example",url="https://a.example/health/"}';
    expect(text).toContain(`maint_target_up${labels} 0\n`);
    expect(text).toContain(`maint_target_failures${labels} 3\n`);
    expect(text).toContain(`maint_target_checked_timestamp_seconds${labels} ${Date.parse(NOW) / 1_000}\n`);
    expect(text).not.toContain('s3cret');
  });
});

describe('serving them', () => {
  async function server(text: () => string) {
    const served = await serveMetrics({ host: '127.0.0.1', port: 0 }, text);
    onTestFinished(() => served.close());
    return served;
  }

  it('answers at /metrics in the format that Prometheus reads', async () => {
    const { url } = await server(() => 'a 1\n');
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'a 1\n',
    ]);
    expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  });

  it('says 503 where the store cannot be read', async () => {
    const { url } = await server(() => {
      throw new Error('busy');
    });
    expect((await fetch(url)).status).toBe(503);
  });

  it('refuses an address that is taken, with a next step', async () => {
    const { url } = await server(() => '');
    const port = Number(new URL(url).port);
    expect(await rejection(serveMetrics({ host: '127.0.0.1', port }, () => ''))).toMatchObject({
      code: 'failed',
      hint: expect.stringContaining('another port'),
    });
  });
});
