import { describe, expect, it } from 'vitest';
import {
  planError,
  type RunEnd,
  reportPlan,
  reportRun,
  type SiteEnd,
} from '../../../src/maintenance/reports.js';
import type { Outcome } from '../../../src/model/vocabulary.js';
import { change, EVENT, route, SCRIPT, sitePlan } from '../../support/builders.js';

const run: RunEnd = {
  dryRun: false,
  eventId: EVENT,
  requests: 5,
  durationMs: 812,
  estimate: null,
  warnings: ['careful'],
  interrupted: false,
};
const end = (domain: string, outcome: Outcome, fields: Partial<SiteEnd> = {}): SiteEnd => ({
  plan: sitePlan(domain),
  outcome,
  made: [],
  verified: null,
  error: null,
  ...fields,
});

describe('reportRun', () => {
  it('counts each outcome once and where it belongs', () => {
    const outcomes: Outcome[] = [
      'enabled',
      'disabled',
      'planned',
      'unchanged',
      'failed',
      'skipped',
      'unknown',
      'conflict',
    ];
    const report = reportRun(
      outcomes.map((outcome) => end(`${outcome}.example`, outcome)),
      run,
    );
    expect(report.summary).toEqual({
      selected: 8,
      changed: 3,
      unchanged: 1,
      failed: 2,
      unknown: 1,
      conflicts: 1,
    });
  });

  it('sorts sites by domain and passes on what the run tells', () => {
    const report = reportRun([end('b.example', 'enabled'), end('a.example', 'enabled')], run);
    expect(report).toMatchObject(run);
    expect(report.sites.map(({ domain }) => domain)).toEqual(['a.example', 'b.example']);
  });

  it('shows of each change the Workers before and after', () => {
    const before = route('a.example/*', 'shop');
    const made = [
      change('a.example', { before }),
      change('a.example', { pattern: 'www.a.example/*' }),
      change('a.example', { action: 'delete-route', before: route('a.example/x', SCRIPT), after: null }),
    ];
    const [site] = reportRun([end('a.example', 'enabled', { made, verified: true })], run).sites;
    expect(site).toMatchObject({ verified: true, eventId: EVENT, error: null });
    expect(site?.changes).toEqual([
      { action: 'take-over-route', pattern: 'a.example/*', before: 'shop', after: SCRIPT },
      { action: 'create-route', pattern: 'www.a.example/*', before: null, after: SCRIPT },
      { action: 'delete-route', pattern: 'a.example/x', before: SCRIPT, after: null },
    ]);
  });

  it('passes on errors, conflicts, dodges and notes', () => {
    const error = { code: 'conflict', message: 'Changed.', hint: null, ray: null };
    const told = {
      conflicts: [{ pattern: 'a.example/*', zoneId: 'zone-a.example', wanted: null, found: null }],
      dodged: [{ pattern: 'a.example/x', script: null, reason: 'kept' }],
      note: 'so it is',
    };
    const report = reportRun(
      [end('a.example', 'conflict', { plan: sitePlan('a.example', told), error })],
      run,
    );
    expect(report.sites[0]).toMatchObject({ ...told, error });
  });
});

describe('reportPlan', () => {
  it('is the report of a run that did nothing', () => {
    const error = { code: 'permission-missing', message: 'The token may not.', hint: 'Ask.', ray: 'r' };
    const sites = [
      sitePlan('a.example', { changes: [change('a.example')] }),
      sitePlan('b.example', { outcome: 'failed', note: error.message, error }),
    ];
    const { dryRun: _dryRun, interrupted: _interrupted, ...rest } = run;
    const report = reportPlan({ kind: 'disable', sites, warnings: [] }, rest);
    expect(report).toMatchObject({ dryRun: true, interrupted: false, summary: { changed: 1, failed: 1 } });
    expect(report.sites.map(({ outcome, error: told }) => [outcome, told])).toEqual([
      ['planned', null],
      ['failed', error],
    ]);
    expect(report.sites[0]?.changes).toHaveLength(1);
  });
});

describe('planError', () => {
  it('says nothing of a site that is planned, and why one is skipped', () => {
    const error = { code: 'failed', message: 'All kept.', hint: null, ray: null };
    expect(planError(sitePlan('a.example', { note: 'Only partly up.' }))).toBeNull();
    expect(planError(sitePlan('a.example', { outcome: 'skipped', error }))).toBe(error);
  });

  it.each([
    ['its note', 'It is gone.', 'It is gone.'],
    ['a sentence where it has none', null, 'The zone could not be read.'],
  ])('says of a site that could not be planned %s', (_what, note, message) => {
    expect(planError(sitePlan('a.example', { outcome: 'failed', note }))).toEqual({
      code: 'failed',
      message,
      hint: null,
      ray: null,
    });
  });
});
