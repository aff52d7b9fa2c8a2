/** What the commands of setup share: live steps, and errors out of reports. */
import { counted } from '../model/counted.js';
import { type ErrorCode, MaintError } from '../model/errors.js';
import { SETUP_STEP_NAMES } from '../setup/setup.js';
import { isPassedOver } from '../setup/setup-all.js';
import type { SetupReport, StepReport } from '../setup/setup-types.js';
import type { Context } from './command.js';

/** Counts the steps of a setup on the live line. */
export function stepProgress(context: Context): (step: StepReport) => void {
  let done = 0;
  const total = SETUP_STEP_NAMES.length;
  context.onProgress({ type: 'phase', phase: 'setup', total });
  return () => {
    done += 1;
    context.onProgress({ type: 'step', done, total });
  };
}

/** The first error of a report as the command's own, or null. */
export function errorOfSetup({ error }: SetupReport): MaintError | null {
  if (error === null) return null;
  return new MaintError(error.code as ErrorCode, error.message, {
    hint: error.hint ?? undefined,
    ray: error.ray ?? undefined,
  });
}

/** Of several setups: that they were stopped, that they are partly done, or the one cause that all of them share. */
export function errorOfSetups(reports: readonly SetupReport[]): MaintError | null {
  const begun = reports.filter((report) => !isPassedOver(report));
  const failed = begun.filter(({ success }) => !success);
  const [first] = failed;
  if (first === undefined) return null;
  const stopped = failed.filter(({ error }) => error?.code === 'interrupted').length;
  if (stopped > 0) {
    const message = `Stopped before the end: ${stopped} of ${counted(begun.length, 'site')} not done.`;
    return new MaintError('interrupted', message, {
      hint: 'Run the same command again: what is done stays done.',
    });
  }
  const again = 'Run the same command again once the causes are gone: what is done stays done.';
  if (failed.length < begun.length) {
    return new MaintError('partly-done', `${failed.length} of ${begun.length} sites failed.`, {
      hint: again,
    });
  }
  const same = failed.every(({ error }) => error?.code === first.error?.code);
  if (same) return errorOfSetup(first);
  return new MaintError('failed', `All of ${begun.length} sites failed.`, { hint: again });
}
