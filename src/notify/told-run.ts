import type { Notifier } from './notifier.js';
import { noticesOfRun, type ReportedRun } from './run-notices.js';

/** How long a command waits for its own messages before it leaves them to a later run. */
const PATIENCE_MS = 3_000;

interface Run extends ReportedRun {
  readonly warnings: readonly string[];
}

export interface TellingOptions {
  readonly actor: string;
  /** Why a person did it, for the message. */
  readonly reason?: string | null;
  readonly stop?: AbortSignal;
}

/**
 * Tells people of a run that a person asked for, where the settings say so. A message that could not be sent
 * becomes a warning of the report, never a failure of the run.
 */
export async function tellOfRun<R extends Run>(
  report: R,
  notifier: Notifier,
  { actor, reason, stop }: TellingOptions,
  at: string,
): Promise<R> {
  const notices = noticesOfRun(report, { actor, at, reason: reason ?? null });
  if (notices.length === 0 || notifier.channels.length === 0) return report;
  notifier.tell(notices);
  const left = await notifier.deliver({
    patienceMs: PATIENCE_MS,
    ...(stop === undefined ? {} : { stop }),
  });
  const warnings = left.flatMap(({ channel, why }) =>
    why === null ? [] : [`A message to '${channel}' was not sent yet: ${why}. A later run tries again.`],
  );
  return { ...report, warnings: [...report.warnings, ...warnings] };
}

interface Appliable<R> {
  apply(): Promise<R>;
}

/** Has people told of what prepared runs do once they are applied. */
export function tellingOf(notifier: Notifier, clock: () => Date) {
  return <R extends Run, P extends Appliable<R>>(prepared: P & Appliable<R>, options: TellingOptions): P => ({
    ...prepared,
    apply: async () => tellOfRun(await prepared.apply(), notifier, options, clock().toISOString()),
  });
}
