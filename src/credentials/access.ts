/** Which client serves an account or a zone: that of the one token given, or those of the named tokens. */
import type { CloudflareApi } from '../cloudflare/api.js';
import type { Clients, TokenClient } from '../cloudflare/clients.js';
import type { Priority } from '../model/budget.js';
import { MaintError } from '../model/errors.js';
import type { Store } from '../store/store.js';
import { type Asked, type Choice, chooseToken, type KnownToken, standIn } from './choose-token.js';
import type { TokenFolder } from './token-folder.js';

export interface Access {
  /**
   * The client for a zone, by its own token; or for a whole account, by the token of most sites of the zones that
   * the call is made for, else of the account.
   * @throws MaintError `token-missing` or `token-exposed` where no token is there for it
   */
  serving(priority: Priority, accountId: string, zones?: string | readonly string[]): CloudflareApi;
  /** The client where no account is known. @throws MaintError where several tokens are there and none stands out. */
  sole(priority: Priority): CloudflareApi;
  /** Every token in use. @throws MaintError `token-missing` where there is none */
  every(priority: Priority): readonly TokenClient[];
  /** Which named token serves an account; null where a token is given outright, or none fits. */
  choice(accountId: string): Choice | null;
}

export interface GivenToken {
  readonly token: string;
  /** Where it comes from, for people. */
  readonly source: string;
}

export interface AccessParts {
  /** The token of the command line or the environment, which serves everything; null where none is given. */
  readonly given: GivenToken | null;
  readonly folder: TokenFolder;
  readonly sites: Pick<Store['sites'], 'tokensOf'>;
  readonly clients: Clients;
}

/** Reads a named token's file once, when it is first needed. */
export function createAccess({ given, folder, sites, clients }: AccessParts): Access {
  const read = new Map<string, string>();
  const tokenOf = (name: string): string => {
    const token = read.get(name) ?? folder.read(name);
    read.set(name, token);
    return token;
  };
  const named = (name: string, priority: Priority) =>
    clients.get(tokenOf(name), `the named token ${name}`, priority);
  const outright = ({ token, source }: GivenToken, priority: Priority) =>
    clients.get(token, source, priority);
  const tokens = (): readonly KnownToken[] =>
    folder.names().map((name) => {
      const accounts = folder.facts(name)?.accounts.map(({ id }) => id);
      return { name, accounts: accounts ?? null };
    });
  const asked = (accountId: string, zones: string | readonly string[] = []): Asked => {
    const bound = sites.tokensOf('zone', typeof zones === 'string' ? [zones] : zones);
    const others = sites.tokensOf('account', [accountId]);
    return typeof zones === 'string'
      ? { accountId, own: bound, near: others }
      : { accountId, own: [], near: [...bound, ...others] };
  };
  const open = (choice: Choice | null, priority: Priority, accountId: string | null): CloudflareApi => {
    if (choice === null) throw noToken(folder.names(), accountId);
    return named(choice.name, priority);
  };
  return {
    serving: (priority, accountId, zones) => {
      if (given !== null) return outright(given, priority);
      return open(chooseToken(asked(accountId, zones), tokens()), priority, accountId);
    },
    sole: (priority) =>
      given === null ? open(standIn(tokens()), priority, null) : outright(given, priority),
    every: (priority) => {
      if (given !== null) return [{ name: null, open: () => outright(given, priority) }];
      const names = folder.names();
      if (names.length === 0) throw noToken(names, null);
      return names.map((name) => ({ name, open: () => named(name, priority) }));
    },
    choice: (accountId) => (given === null ? chooseToken(asked(accountId), tokens()) : null),
  };
}

function noToken(names: readonly string[], accountId: string | null): MaintError {
  if (names.length === 0) {
    return new MaintError('token-missing', 'No API token of Cloudflare is given.', {
      hint: 'Set CLOUDFLARE_API_TOKEN, add one with `maint auth add <name>`, or try `maint sandbox` first.',
    });
  }
  const what = accountId === null ? 'this' : `the account ${accountId}`;
  return new MaintError(
    'token-missing',
    `None of the named tokens (${names.join(', ')}) is known to serve ${what}.`,
    {
      hint: "'maint auth verify' looks again what each serves; 'maint auth add <name>' adds one.",
    },
  );
}
