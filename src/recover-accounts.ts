/** Rebuilds events in every account that the tokens see. */
import type { TokenClient } from './cloudflare/clients.js';
import { type Engine, newRunId } from './maintenance/engine.js';
import { recoverAccount } from './maintenance/recover.js';
import { MaintError } from './model/errors.js';
import { listZones } from './setup/list-zones.js';

export interface RecoverReport {
  readonly events: readonly {
    readonly id: string;
    readonly known: boolean;
    readonly domains: readonly string[];
  }[];
  readonly warnings: readonly string[];
}

/**
 * Of one account, or of all. One that cannot be read becomes a warning where others can.
 * @throws MaintError the first account's error, where none of them can be read
 */
export async function recoverAccounts(
  engine: Engine,
  tokens: () => readonly TokenClient[],
  options: { readonly actor: string; readonly accountId: string | null },
): Promise<RecoverReport> {
  const run = { runId: newRunId(engine), actor: options.actor };
  const { accounts, warnings } =
    options.accountId === null
      ? await accountsSeen(tokens())
      : { accounts: [options.accountId], warnings: [] };
  const events = new Map<string, RecoverReport['events'][number]>();
  const failures: MaintError[] = [];
  for (const accountId of accounts) {
    try {
      const found = await recoverAccount(engine, accountId, run);
      warnings.push(...found.warnings);
      for (const script of found.scripts)
        events.set(script.eventId, merged(script, events.get(script.eventId)));
    } catch (error) {
      if (!(error instanceof MaintError)) throw error;
      failures.push(error);
      warnings.push(`The account ${accountId} was not looked into: ${error.message}`);
    }
  }
  const [first] = failures;
  if (first !== undefined && failures.length === accounts.length) throw first;
  return { events: [...events.values()], warnings };
}

/** An event may have Workers in several accounts. */
function merged(
  script: { readonly eventId: string; readonly known: boolean; readonly domains: readonly string[] },
  earlier: RecoverReport['events'][number] | undefined,
): RecoverReport['events'][number] {
  return {
    id: script.eventId,
    known: script.known && (earlier?.known ?? true),
    domains: [...(earlier?.domains ?? []), ...script.domains],
  };
}

/** Every zone carries its account; the account list itself may be closed to a minimal token. */
async function accountsSeen(tokens: readonly TokenClient[]) {
  const { zones, tokens: views } = await listZones(tokens, {});
  const accounts = [...new Set(zones.map((zone) => zone.account.id))].sort();
  const warnings = views.flatMap(({ name, error }) =>
    error === null ? [] : [`The token ${name} could not be asked: ${error.message}`],
  );
  return { accounts, warnings };
}
