/** Puts pages up as a plan says: upload, routes, read back. Holds no policy. */
import pLimit from 'p-limit';
import { type ErrorReport, reportOf } from '../model/errors.js';
import type { MaintenanceEvent } from '../model/event.js';
import { eventOfScript } from '../model/event.js';
import type { Change, EnablePlan, ScriptPlan, SitePlan } from '../model/plan.js';
import type { OnProgress } from '../model/progress.js';
import type { Engine } from './engine.js';
import { BULK_FROM, fitsBulk } from './estimate.js';
import type { RunFrame } from './journal.js';
import type { Lease } from './lease.js';
import { type Expectation, readBack } from './read-back.js';
import { type ChangeContext, changeInBulk, changeSite, isFatal, type SiteResult } from './route-changes.js';
import { uploadScript } from './upload.js';

export interface ApplyInput {
  readonly lease: Lease;
  readonly runId: string;
  readonly actor: string;
  readonly concurrency: number;
  readonly force: boolean;
  readonly onProgress: OnProgress;
  readonly stop: AbortSignal | undefined;
  /** When the routes were looked at, by the monotonic clock. */
  readonly lookedAt: number;
}

/** A site that was not begun, because the run was stopped or braked. */
export interface NotBegun {
  readonly plan: SitePlan;
  readonly error: ErrorReport;
}

export interface Applied {
  readonly results: readonly SiteResult[];
  readonly notBegun: readonly NotBegun[];
}

/** Where so many sites in a row fail before any succeeds, the cause is not the sites: stop (`--force` goes on). */
const BRAKE_AFTER = 5;

/** Uploads each script of the plan and makes its route changes. `eventOf` gives the event that a script serves. */
export async function applyEnable(
  engine: Engine,
  plan: Pick<EnablePlan, 'sites' | 'scripts'>,
  eventOf: (id: string) => MaintenanceEvent,
  input: ApplyInput,
): Promise<Applied> {
  const results: SiteResult[] = [];
  const notBegun: NotBegun[] = [];
  for (const script of plan.scripts) {
    const sites = plan.sites.filter(
      (site) => site.accountId === script.accountId && site.changes[0]?.script === script.script,
    );
    const event = eventOf(eventOfScript(script.script) ?? '');
    const applied = await applyScript(engine, script, sites, event, input);
    results.push(...applied.results);
    notBegun.push(...applied.notBegun);
  }
  return { results, notBegun };
}

async function applyScript(
  engine: Engine,
  script: ScriptPlan,
  sites: readonly SitePlan[],
  event: MaintenanceEvent,
  input: ApplyInput,
): Promise<Applied> {
  const frame: RunFrame = { runId: input.runId, actor: input.actor, eventId: event.id };
  const changes = sites.flatMap((site) => site.changes);
  input.onProgress({ type: 'phase', phase: 'upload', total: 1 });
  try {
    if (input.stop?.aborted) return { results: [], notBegun: sites.map(stopped) };
    input.lease.ensureHeld();
    const fresh = await uploadScript(engine, { event, script, changes, frame, lease: input.lease });
    const context = { engine, lease: input.lease, frame, lookedAt: input.lookedAt };
    const created = fresh ? await createInBulk(context, script, changes) : new Set<Change>();
    input.onProgress({ type: 'phase', phase: 'routes', total: sites.length });
    return await changeSites(context, sites, created, input);
  } catch (error) {
    const report = reportOf(error);
    return {
      results: sites.map((plan) => ({ plan, made: [], unknown: false, error: report })),
      notBegun: [],
    };
  }
}

/** Creates what can be created in one call; returns what was. */
async function createInBulk(
  context: ChangeContext,
  script: ScriptPlan,
  changes: readonly Change[],
): Promise<ReadonlySet<Change>> {
  const creates = changes.filter(fitsBulk);
  if (creates.length < BULK_FROM) return new Set();
  return (await changeInBulk(context, script, creates, creates)) ? new Set(creates) : new Set();
}

async function changeSites(
  context: ChangeContext,
  sites: readonly SitePlan[],
  already: ReadonlySet<Change>,
  input: ApplyInput,
): Promise<Applied> {
  const limit = pLimit(input.concurrency);
  const results: SiteResult[] = [];
  const notBegun: NotBegun[] = [];
  const one = async (plan: SitePlan) => {
    const done = plan.changes.filter((change) => already.has(change));
    const rest = plan.changes.filter((change) => !already.has(change));
    const halt = rest.length === 0 ? null : haltReason(results, input);
    if (halt !== null && done.length === 0) {
      notBegun.push({ plan, error: halt });
      return;
    }
    const result = await changeRest(context, plan, rest, halt);
    results.push({ ...result, made: [...done, ...result.made] });
    input.onProgress({ type: 'step', done: results.length, total: sites.length });
  };
  await Promise.all(sites.map((site) => limit(() => one(site))));
  return { results, notBegun };
}

/** The changes of a site that the one call for all did not make; none where the run is to end here. */
async function changeRest(
  context: ChangeContext,
  plan: SitePlan,
  rest: readonly Change[],
  halt: ErrorReport | null,
): Promise<SiteResult> {
  if (rest.length === 0 || halt !== null) return { plan, made: [], unknown: false, error: halt };
  return changeSite(context, plan, rest);
}

function haltReason(results: readonly SiteResult[], input: ApplyInput): ErrorReport | null {
  if (input.stop?.aborted) return stoppedError();
  const fatal = results.find((result) => isFatal(result.error));
  if (fatal !== undefined) return fatal.error;
  const allFailed = results.length >= BRAKE_AFTER && results.every((result) => result.error !== null);
  if (!allFailed || input.force) return null;
  return {
    code: 'guard-refused',
    message: `Not begun: the first ${results.length} sites all failed (${results[0]?.error?.message ?? ''}).`,
    hint: 'Mend the cause and run the command again; --force goes on regardless.',
    ray: null,
  };
}

function stopped(plan: SitePlan): NotBegun {
  return { plan, error: stoppedError() };
}

/** The error of a site that was not begun because the run was asked to stop. */
export function stoppedError(): ErrorReport {
  return {
    code: 'interrupted',
    message: 'Not begun: the run was stopped.',
    hint: 'Run the same command again.',
    ray: null,
  };
}

/** Reads back what was changed; returns the domains whose change was not seen. */
export async function confirmEnabled(
  engine: Engine,
  results: readonly SiteResult[],
  input: ApplyInput,
): Promise<ReadonlySet<string>> {
  const changed = results.filter((result) => result.made.length > 0);
  input.onProgress({ type: 'phase', phase: 'read-back', total: changed.length });
  const expectations = changed.flatMap(({ plan, made }) =>
    made.map(
      (change): Expectation => ({
        domain: plan.domain,
        zone: plan,
        pattern: change.pattern,
        met: (found) => found?.script === change.script,
        scriptListProves: true,
      }),
    ),
  );
  const unmet = await readBack(engine, expectations, input.concurrency, input.stop);
  return new Set(unmet.map((expectation) => expectation.domain));
}
