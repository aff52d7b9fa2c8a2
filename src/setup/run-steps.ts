/** Runs steps one after the other, times them, and joins them into a report. */
import { type ErrorReport, MaintError, reportOf } from '../model/errors.js';
import type { SetupReport, StepEnd, StepReport, TeardownOptions } from './setup-types.js';

/** A step as the run sees it: a name, and what it takes to end it. */
export interface RunStep {
  readonly name: string;
  readonly run: () => Promise<StepEnd>;
  /** Whether the steps after it make sense where it failed. */
  readonly goesOn?: boolean;
}

/** Makes the report of a run; what is not a MaintError is a bug of ours and goes through. */
export async function runSteps(
  run: {
    readonly domain: string;
    readonly options: TeardownOptions;
    readonly monotonic: () => number;
    /** How to go on after an error: a sentence that comes after the error's own hint, where it has one. */
    readonly again: (afterHint: boolean) => string;
  },
  steps: readonly RunStep[],
): Promise<SetupReport> {
  const { options, monotonic, domain } = run;
  const begin = monotonic();
  const reports: StepReport[] = [];
  let first: ErrorReport | null = null;
  let over = false;
  for (const { name, run: work, goesOn } of steps) {
    const began = monotonic();
    const { end, error }: Attempt = over ? NOT_BEGUN : await attempt(work, options.stop);
    first ??= error === null ? null : inStep(name, error, run.again);
    over ||= error !== null && goesOn !== true;
    const { status, message, details = [] } = end;
    const report = { name, status, message, details, durationMs: Math.round(monotonic() - began) };
    reports.push(report);
    options.onStep?.(report);
  }
  return {
    domain,
    dryRun: options.dryRun ?? false,
    success: first === null,
    durationMs: Math.round(monotonic() - begin),
    steps: reports,
    error: first,
  };
}

/** The report of a run that was refused before its first step. @throws what is not a MaintError: a bug of ours */
export function refusedReport(
  domain: string,
  { dryRun = false }: Pick<TeardownOptions, 'dryRun'>,
  error: unknown,
): SetupReport {
  if (!(error instanceof MaintError)) throw error;
  return { domain, dryRun, success: false, durationMs: 0, steps: [], error: reportOf(error) };
}

interface Attempt {
  readonly end: StepEnd;
  readonly error: MaintError | null;
}

const NOT_BEGUN: Attempt = { end: { status: 'skipped', message: 'Not begun.' }, error: null };

async function attempt(work: () => Promise<StepEnd>, stop?: AbortSignal): Promise<Attempt> {
  try {
    if (stop?.aborted) throw new MaintError('interrupted', 'Stopped before this step.');
    return { end: await work(), error: null };
  } catch (error) {
    if (!(error instanceof MaintError)) throw error;
    return { end: { status: 'failed', message: error.message, details: error.problems }, error };
  }
}

function inStep(name: string, error: MaintError, again: (afterHint: boolean) => string): ErrorReport {
  const report = reportOf(error);
  const hint = report.hint === null ? again(false) : `${report.hint} ${again(true)}`;
  return { ...report, message: `${name}: ${report.message}`, hint };
}
