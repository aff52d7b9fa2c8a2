/** `disable` from looking to report. */
import type { ErrorReport } from '../model/errors.js';
import type { DisablePlan, SitePlan } from '../model/plan.js';
import type { Site } from '../model/site.js';
import { applyDisable, confirmDisabled } from './apply-disable.js';
import type { ApplyInput } from './apply-enable.js';
import { cleanUp } from './clean-up.js';
import { type Engine, newRunId, servingOnly } from './engine.js';
import { estimateDisable } from './estimate.js';
import { writeLog } from './event-book.js';
import { guardRun } from './guard.js';
import { heldAtLook, settleSites } from './open-outcomes.js';
import type { ConflictRule } from './plan-disable.js';
import { type DisableLook, lookForDisable } from './prepare-disable.js';
import { DEFAULT_CONCURRENCY } from './prepare-enable.js';
import { planError, reportPlan, reportRun, type SiteEnd } from './reports.js';
import type { SiteResult } from './route-changes.js';
import { measure } from './run-enable.js';
import { type LookTime, lookTime } from './still-true.js';
import type { DisableOptions, Prepared, RunReport } from './types.js';
import { recordGuards, underLease } from './under-lease.js';
import { verifyEnds } from './verify.js';

interface DisableRun {
  readonly engine: Engine;
  readonly sites: readonly Site[];
  readonly options: DisableOptions;
  readonly runId: string;
  readonly concurrency: number;
  readonly startedAt: number;
  readonly sentBefore: number;
}

/** Looks and plans; nothing is changed before `apply`. */
export async function prepareDisable(
  anyEngine: Engine,
  sites: readonly Site[],
  options: DisableOptions,
): Promise<Prepared<DisablePlan>> {
  const engine = servingOnly(anyEngine, sites);
  const run: DisableRun = {
    engine,
    sites,
    options,
    runId: newRunId(engine),
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    startedAt: engine.monotonic(),
    sentBefore: engine.sent(),
  };
  options.onProgress?.({ type: 'phase', phase: 'observe', total: sites.length });
  const time = lookTime(engine);
  const look = await lookAgain(run);
  const refusals = guardRun({ ...options, sites, maxSites: null });
  const estimate = estimateDisable(look.plan, run.concurrency, engine.budgetLeft());
  const { warnings } = look.plan;
  return {
    plan: look.plan,
    estimate,
    refusals,
    preview: () =>
      reportPlan(look.plan, { ...measure(run), eventId: eventOf(look.plan), estimate, warnings }),
    recordRefusal: () => recordGuards({ ...run, command: 'disable', refusals }, 'refused'),
    // A person may think about the plan for a while: that is no part of how long the run took.
    apply: () => apply({ ...run, startedAt: engine.monotonic() }, look, refusals, time),
  };
}

function lookAgain(run: DisableRun): Promise<DisableLook> {
  const { engine, sites, options, runId, concurrency } = run;
  return lookForDisable(engine, sites, {
    rule: ruleOf(options),
    concurrency,
    run: { runId, actor: options.actor },
  });
}

function ruleOf(options: DisableOptions): ConflictRule {
  if (options.force) return 'force';
  return options.acceptChanges ? 'accept' : 'report';
}

async function apply(
  run: DisableRun,
  look: DisableLook,
  refusals: readonly string[],
  time: LookTime,
): Promise<RunReport> {
  const zoneIds = look.plan.sites.filter((site) => site.eventId !== null).map((site) => site.zoneId);
  const agreed = { ...run, command: 'disable' as const, look, time, refusals, zoneIds };
  return underLease({ ...agreed, lookAgain: () => lookAgain(run) }, (current, input) =>
    carryOut(run, current, input),
  );
}

async function carryOut(run: DisableRun, look: DisableLook, input: ApplyInput): Promise<RunReport> {
  const { engine, options } = run;
  const { plan, scripts } = look;
  const doable = plan.sites.filter((site) => site.outcome === 'planned' || site.outcome === 'conflict');
  beginClosing(engine, doable);
  const results = await applyDisable(engine, doable, scripts, input);
  const unseen = await confirmDisabled(engine, results, scripts, input);
  const rest = plan.sites.filter((site) => !doable.includes(site)).map(endUnplanned);
  const ends = [...results.map((result) => endOf(result, unseen)), ...rest];
  settleDisabled(engine, ends, options, run.runId);
  const accounts = [...new Set(plan.sites.map((site) => site.accountId))];
  const left = await cleanUp(engine, accounts, { runId: run.runId, actor: options.actor });
  const verified = await verifyEnds(engine, mergeByDomain(ends), 'disabled', options);
  return reportRun(verified, {
    ...measure(run),
    dryRun: false,
    eventId: eventOf(plan),
    estimate: null,
    warnings: [...plan.warnings, ...left],
    interrupted: input.stop?.aborted ?? false,
  });
}

/** The event that all changed sites were in; null where there were several or none. */
function eventOf(plan: DisablePlan): string | null {
  const ids = new Set(plan.sites.flatMap((site) => (site.eventId === null ? [] : [site.eventId])));
  return ids.size === 1 ? ([...ids][0] ?? null) : null;
}

function beginClosing(engine: Engine, sites: readonly SitePlan[]): void {
  const now = engine.clock().toISOString();
  engine.store.transaction(() => {
    for (const { eventId, domain } of sites) {
      if (eventId !== null) engine.store.events.setSiteState(eventId, [domain], 'closing', now);
    }
  });
}

function settleDisabled(
  engine: Engine,
  ends: readonly SiteEnd[],
  options: DisableOptions,
  runId: string,
): void {
  const now = engine.clock().toISOString();
  engine.store.transaction(() => {
    const lifted = ends.filter(({ outcome }) => outcome === 'disabled').map(({ plan }) => plan);
    settleSites(
      engine,
      lifted.map((plan) => ({ ...plan, wasOurs: heldAtLook('disable', plan) })),
      runId,
    );
    for (const { outcome, plan } of ends) {
      if (plan.eventId === null) continue;
      if (outcome === 'disabled')
        engine.store.events.setSiteState(plan.eventId, [plan.domain], 'lifted', now);
      // What others changed is for a person to decide; no run of ours is unfinished.
      if (outcome === 'conflict') engine.store.events.setSiteState(plan.eventId, [plan.domain], 'up', now);
    }
    for (const id of new Set(ends.map((end) => end.plan.eventId))) {
      if (id !== null) engine.store.events.endIfDone(id, now);
    }
    writeLog(engine, 'disable', ends, options, runId);
  });
}

function endOf(result: SiteResult, unseen: ReadonlySet<string>): SiteEnd {
  const { plan, made, error } = result;
  const base = { plan, made, verified: null };
  if (error !== null && !result.unknown) {
    return {
      ...base,
      outcome: error.code === 'interrupted' && made.length === 0 ? 'skipped' : 'failed',
      error,
    };
  }
  const seen = !unseen.has(plan.domain) && made.length === plan.changes.length;
  if (!seen) return { ...base, outcome: 'unknown', error: error ?? unseenError(plan) };
  if (plan.conflicts.length > 0) return { ...base, outcome: 'conflict', error: conflictError(plan) };
  return { ...base, outcome: 'disabled', error: null };
}

function endUnplanned(plan: SitePlan): SiteEnd {
  return { plan, outcome: plan.outcome, made: [], verified: null, error: planError(plan) };
}

function conflictError(plan: SitePlan): ErrorReport {
  const [first] = plan.conflicts;
  const found = first?.found == null ? 'was removed' : `now runs ${first.found.script ?? 'no Worker'}`;
  const wanted = first?.wanted == null ? 'no route' : (first.wanted.script ?? 'no Worker');
  const more = plan.conflicts.length > 1 ? ` (and ${plan.conflicts.length - 1} more)` : '';
  return {
    code: 'conflict',
    message: `${first?.pattern} ${found}; before maintenance it had ${wanted}. It was left as it is${more}.`,
    hint: `\`maint disable ${plan.domain} --force\` puts back what was before; --accept-changes keeps what is there.`,
    ray: null,
  };
}

function unseenError(plan: SitePlan): ErrorReport {
  const message = `Cloudflare took the changes of ${plan.domain}, but does not show them yet.`;
  return { code: 'outcome-unknown', message, hint: 'Run `maint resume` in a minute.', ray: null };
}

/** Which outcome speaks for a site that was in several events: the worst. */
const SEVERITY = ['unknown', 'conflict', 'failed', 'skipped', 'disabled', 'unchanged'];

function mergeByDomain(ends: readonly SiteEnd[]): SiteEnd[] {
  const merged = new Map<string, SiteEnd>();
  for (const end of ends) {
    const other = merged.get(end.plan.domain);
    if (other === undefined) {
      merged.set(end.plan.domain, end);
      continue;
    }
    const [worst, better] =
      SEVERITY.indexOf(end.outcome) < SEVERITY.indexOf(other.outcome) ? [end, other] : [other, end];
    merged.set(end.plan.domain, { ...worst, made: [...better.made, ...worst.made] });
  }
  return [...merged.values()];
}
