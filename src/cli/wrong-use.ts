import { MaintError } from '../model/errors.js';

/** Throws one error for everything that is wrong with a command line; returns where nothing is. */
export function refuseIfWrong(problems: readonly string[], command: string): void {
  const [only] = problems;
  if (only === undefined) return;
  const hint = `See 'maint ${command} --help'.`;
  if (problems.length === 1) throw new MaintError('usage', only, { hint });
  throw new MaintError('usage', `${problems.length} things are wrong with this command line.`, {
    hint,
    problems,
  });
}
