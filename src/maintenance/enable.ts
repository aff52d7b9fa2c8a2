/** `enable` from looking to report. */
import { MaintError } from '../model/errors.js';
import type { EnablePlan } from '../model/plan.js';
import type { Site } from '../model/site.js';
import { type Engine, newRunId, servingOnly } from './engine.js';
import { estimateEnable } from './estimate.js';
import { guardExistingRoutes, guardRun } from './guard.js';
import { pageProblems } from './page-faults.js';
import { choiceOf, DEFAULT_CONCURRENCY, type Look, lookForEnable, nextEventId } from './prepare-enable.js';
import { reportPlan } from './reports.js';
import { carryOut, type EnableRun, measure } from './run-enable.js';
import { type LookTime, lookTime } from './still-true.js';
import type { EnableOptions, Prepared, RunReport } from './types.js';
import { recordGuards, underLease } from './under-lease.js';

/**
 * Looks and plans; nothing is changed before `apply`.
 * @throws MaintError `usage` for a page that cannot be put up as it is, before anything is looked at.
 */
export async function prepareEnable(
  anyEngine: Engine,
  sites: readonly Site[],
  options: EnableOptions,
): Promise<Prepared<EnablePlan>> {
  const engine = servingOnly(anyEngine, sites);
  refuseBadPage(options, engine.clock());
  const run: EnableRun = {
    engine,
    sites,
    options,
    eventId: options.continueEvent ?? nextEventId(engine),
    runId: newRunId(engine),
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    startedAt: engine.monotonic(),
    sentBefore: engine.sent(),
  };
  options.onProgress?.({ type: 'phase', phase: 'observe', total: sites.length });
  const time = lookTime(engine);
  const look = await lookAgain(run);
  const refusals = [
    ...guardRun({ ...options, sites, maxSites: options.maxSites ?? null }),
    ...guardExistingRoutes(look.plan, choiceOf(engine, options.existingRoutes)),
  ];
  const estimate = estimateEnable(look.plan, run.concurrency, engine.budgetLeft());
  return {
    plan: look.plan,
    estimate,
    refusals,
    preview: () =>
      reportPlan(look.plan, { ...measure(run), eventId: null, estimate, warnings: look.plan.warnings }),
    recordRefusal: () => recordGuards({ ...run, command: 'enable', refusals }, 'refused'),
    // A person may think about the plan for a while: that is no part of how long the run took.
    apply: () => apply({ ...run, startedAt: engine.monotonic() }, look, refusals, time),
  };
}

/** An event that is gone on with keeps its page, whose end may have come by now. */
function refuseBadPage(options: EnableOptions, now: Date): void {
  const problems = options.continueEvent === undefined ? pageProblems(options, now) : [];
  const [only] = problems;
  if (only === undefined) return;
  if (problems.length === 1) throw new MaintError('usage', only);
  throw new MaintError('usage', `${problems.length} things are wrong with the page.`, { problems });
}

function lookAgain(run: EnableRun): Promise<Look> {
  const { engine, sites, options, eventId, concurrency } = run;
  return lookForEnable(engine, sites, {
    existingRoutes: options.existingRoutes,
    onLimit: options.onLimit,
    // An event that is gone on with is looked at as closely as when it was begun.
    exact: options.existingRoutes !== undefined || choiceOf(engine, undefined)(eventId) !== 'take-over',
    concurrency,
    eventId,
  });
}

async function apply(
  run: EnableRun,
  look: Look,
  refusals: readonly string[],
  time: LookTime,
): Promise<RunReport> {
  const zoneIds = look.plan.sites.filter((site) => site.changes.length > 0).map((site) => site.zoneId);
  const agreed = { ...run, command: 'enable' as const, look, time, refusals, zoneIds };
  return underLease({ ...agreed, lookAgain: () => lookAgain(run) }, (current, input) =>
    carryOut(run, current, input),
  );
}
