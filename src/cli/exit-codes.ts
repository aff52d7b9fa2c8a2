/** The only place that turns errors and reports into exit codes. */
import type { RunReport } from '../maintenance/types.js';
import { type ErrorCode, MaintError } from '../model/errors.js';

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  partly: 3,
  auth: 4,
  conflict: 5,
  locked: 6,
  guard: 7,
  unknown: 8,
  store: 9,
  changes: 10,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_ERROR: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: EXIT.usage,
  'nothing-selected': EXIT.usage,
  'unknown-name': EXIT.usage,
  'confirmation-needed': EXIT.usage,
  'partly-done': EXIT.partly,
  failed: EXIT.failed,
  'token-missing': EXIT.auth,
  'token-invalid': EXIT.auth,
  'token-exposed': EXIT.auth,
  'permission-missing': EXIT.auth,
  'not-found': EXIT.failed,
  conflict: EXIT.conflict,
  locked: EXIT.locked,
  'guard-refused': EXIT.guard,
  'outcome-unknown': EXIT.unknown,
  'store-damaged': EXIT.store,
  'store-newer': EXIT.store,
  'store-unwritable': EXIT.store,
  drift: EXIT.changes,
  'rate-limited': EXIT.failed,
  'remote-refused': EXIT.failed,
  'remote-unreachable': EXIT.failed,
  'remote-unreadable': EXIT.failed,
  interrupted: EXIT.interrupted,
  internal: EXIT.failed,
};

/** The exit code of an error code as reports carry it; a code that is not ours counts as a plain failure. */
export function exitCodeOf(code: string): ExitCode {
  return Object.hasOwn(BY_ERROR, code) ? BY_ERROR[code as ErrorCode] : EXIT.failed;
}

/**
 * Why a run did not end well, or null where it did. What needs a hand first wins: an unknown outcome, then a
 * conflict, then failures. Where every site failed for one and the same cause, that cause is the error.
 */
export function errorOfRun(report: RunReport): MaintError | null {
  const { failed, unknown, conflicts } = report.summary;
  const skipped = report.sites.filter((site) => site.outcome === 'skipped').length;
  if (unknown > 0) {
    return new MaintError('outcome-unknown', `The outcome is unknown for ${unknown} of ${total(report)}.`, {
      hint: "Run 'maint resume': it looks at Cloudflare and finishes the work.",
    });
  }
  if (conflicts > 0) {
    return new MaintError('conflict', `Somebody else changed ${conflicts} of ${total(report)} meanwhile.`, {
      hint: "Look at the routes named above; then '--force' restores over them, '--accept-changes' keeps them.",
    });
  }
  if (report.interrupted) {
    return new MaintError(
      'interrupted',
      `Stopped before the end: ${skipped} of ${total(report)} not begun.`,
      {
        hint: "Run the same command again, or 'maint resume'.",
      },
    );
  }
  if (failed === 0) return null;
  if (failed < report.sites.length) {
    return new MaintError('partly-done', `${failed} of ${total(report)} failed; the rest is done.`, {
      hint: 'Run the same command again once the cause is gone: what is done stays done.',
    });
  }
  return commonCause(report) ?? new MaintError('failed', `All of ${total(report)} failed.`);
}

/** The error that all sites share; where causes differ but all are about the token, the first of them. */
function commonCause(report: RunReport): MaintError | null {
  const causes = report.sites.map((site) => site.error);
  const [first] = causes;
  if (!first) return null;
  const same = causes.every((cause) => cause?.code === first.code);
  const auth = causes.every((cause) => cause !== null && exitCodeOf(cause.code) === EXIT.auth);
  if (!same && !auth) return null;
  return new MaintError(first.code as ErrorCode, first.message, {
    hint: first.hint ?? undefined,
    ray: first.ray ?? undefined,
  });
}

function total(report: RunReport): string {
  return report.sites.length === 1 ? '1 site' : `${report.sites.length} sites`;
}
