/** Plans and results → the reports that people and scripts read. Pure. */
import type { ErrorReport } from '../model/errors.js';
import type { Change, Plan, SitePlan } from '../model/plan.js';
import type { Outcome } from '../model/vocabulary.js';
import type { Estimate, ReportedChange, RunReport, SiteReport } from './types.js';

export interface SiteEnd {
  readonly plan: SitePlan;
  readonly outcome: Outcome;
  readonly made: readonly Change[];
  readonly verified: boolean | null;
  readonly error: ErrorReport | null;
}

export interface RunEnd {
  readonly dryRun: boolean;
  readonly eventId: string | null;
  readonly requests: number;
  readonly durationMs: number;
  readonly estimate: Estimate | null;
  readonly warnings: readonly string[];
  readonly interrupted: boolean;
}

/** One report of a run, its sites sorted by domain and counted by outcome. */
export function reportRun(ends: readonly SiteEnd[], run: RunEnd): RunReport {
  const sites = ends.map(reportSite).sort((a, b) => (a.domain < b.domain ? -1 : 1));
  const count = (...outcomes: Outcome[]) => sites.filter((site) => outcomes.includes(site.outcome)).length;
  const summary = {
    selected: sites.length,
    changed: count('enabled', 'disabled', 'planned'),
    unchanged: count('unchanged'),
    failed: count('failed', 'skipped'),
    unknown: count('unknown'),
    conflicts: count('conflict'),
  };
  return { ...run, summary, sites };
}

/** A plan as the report of a run that did nothing. */
export function reportPlan(plan: Plan, run: Omit<RunEnd, 'dryRun' | 'interrupted'>): RunReport {
  const ends = plan.sites.map(
    (site): SiteEnd => ({
      plan: site,
      outcome: site.outcome,
      made: site.changes,
      verified: null,
      error: planError(site),
    }),
  );
  return reportRun(ends, { ...run, dryRun: true, interrupted: false });
}

/** Why a plan leaves a site out; null where it does not. */
export function planError(site: SitePlan): ErrorReport | null {
  if (site.error) return site.error;
  if (site.outcome !== 'failed') return null;
  const message = site.note ?? 'The zone could not be read.';
  return { code: 'failed', message, hint: null, ray: null };
}

function reportSite(end: SiteEnd): SiteReport {
  const { plan } = end;
  return {
    domain: plan.domain,
    outcome: end.outcome,
    verified: end.verified,
    changes: end.made.map(reportChange),
    error: end.error,
    eventId: plan.eventId,
    dodged: plan.dodged,
    conflicts: plan.conflicts,
    note: plan.note,
  };
}

function reportChange(change: Change): ReportedChange {
  return {
    action: change.action,
    pattern: change.pattern,
    before: change.before?.script ?? null,
    after: change.after?.script ?? null,
  };
}
