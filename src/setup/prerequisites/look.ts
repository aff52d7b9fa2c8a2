/** Looks at rows of prerequisites, all at once: none depends on another. */
import { MaintError, reportOf } from '../../model/errors.js';
import {
  type CheckedPrerequisite,
  type Finding,
  failed,
  type Prerequisite,
  skipped,
} from './prerequisite.js';

/**
 * Each row with what was found, in the order of the table. An error of ours becomes a failed row and does not stop
 * the others; an interruption ends the look.
 */
export function lookAt<Facts>(
  rows: readonly Prerequisite<Facts>[],
  facts: Facts,
  subject: string | null,
): Promise<readonly CheckedPrerequisite[]> {
  return Promise.all(rows.map(async (row) => checked(row, await findingOf(row, facts), subject)));
}

async function findingOf<Facts>(row: Prerequisite<Facts>, facts: Facts): Promise<Finding> {
  try {
    const beside = row.when?.(facts) ?? null;
    return beside === null ? await row.check(facts) : skipped(beside);
  } catch (error) {
    if (!(error instanceof MaintError) || ['internal', 'interrupted'].includes(error.code)) throw error;
    return failed(reportOf(error).message, error.hint, error.code);
  }
}

function checked<Facts>(
  { id, title, area, nextStep }: Prerequisite<Facts>,
  finding: Finding,
  subject: string | null,
): CheckedPrerequisite {
  const { status, message } = finding;
  const inOrder = status === 'ok' || status === 'skipped';
  const code = status === 'failed' ? (finding.code ?? 'failed') : null;
  return {
    id,
    title,
    area,
    subject,
    status,
    message,
    nextStep: finding.nextStep ?? (inOrder ? null : nextStep),
    code,
  };
}
