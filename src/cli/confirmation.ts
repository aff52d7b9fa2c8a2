/** Asking before something changes: who must answer, and what counts as a yes. */
import { MaintError } from '../model/errors.js';
import type { Context, FlagDefinition } from './command.js';
import type { Flags } from './flags.js';

/** Shown in the help of commands that ask; the program itself takes them everywhere. */
export const CONFIRMATION_FLAGS: readonly FlagDefinition[] = [
  { flags: '-y, --yes', help: 'do not ask', group: 'Safety' },
  { flags: '--force', help: 'do not ask, and override guards and conflicts', group: 'Safety' },
];

/** Past this share of the catalogue the number of sites must be typed. */
const LARGE_SHARE = 0.3;
/** Catalogues smaller than this know no large share. */
const LARGE_FROM = 10;

/**
 * Refuses before anything is sent where a question will come up and nobody is there to answer it.
 * A dry run never asks.
 */
export function requireAnswerable(flags: Flags, context: Context): void {
  if (flags.on('dryRun') || flags.on('yes') || flags.on('force') || context.terminal.canPrompt) return;
  throw new MaintError('confirmation-needed', 'This changes sites, and nobody is there to confirm it.', {
    hint: "Add '--yes', or look first with '--dry-run'. Nothing was sent.",
  });
}

export interface Confirmation {
  /** `Put the page up on`, `Forget`. */
  readonly does: string;
  readonly count: number;
  /** Sites in the whole catalogue. */
  readonly catalogued: number;
  /** Whether `--all` was given. */
  readonly all: boolean;
  /** `site` unless something else is counted. */
  readonly noun?: string;
}

/** Whether the number must be typed instead of a plain yes. */
export function mustTypeNumber({ count, catalogued, all }: Confirmation): boolean {
  return all || (catalogued >= LARGE_FROM && count > LARGE_SHARE * catalogued);
}

/** Asks, unless `--yes` or `--force` answered already. Throws where the answer is no. */
export async function confirm(asked: Confirmation, flags: Flags, context: Context): Promise<void> {
  if (flags.on('yes') || flags.on('force')) return;
  requireAnswerable(flags, context);
  context.endProgress();
  const noun = asked.noun ?? 'site';
  const what = `${asked.does} ${asked.count} ${noun}${asked.count === 1 ? '' : 's'}`;
  const typed = mustTypeNumber(asked) ? String(asked.count) : undefined;
  const message =
    typed === undefined ? `${what}?` : `${what} (of ${asked.catalogued}). Type ${typed} to go on:`;
  const yes = await context.terminal.ask(typed === undefined ? { message } : { message, typed });
  if (context.terminal.watch.stoppedBy !== null) {
    throw new MaintError('interrupted', 'Stopped at the question: nothing was changed.');
  }
  if (yes) return;
  throw new MaintError('confirmation-needed', 'Not confirmed: nothing was changed.', {
    hint: "'--dry-run' shows the plan without a question.",
  });
}
