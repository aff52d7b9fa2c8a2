/** Keeps named tokens: adds them once Cloudflare has accepted them, tells what each serves, forgets them. */
import type { CloudflareApi } from '../cloudflare/api.js';
import type { Clients } from '../cloudflare/clients.js';
import { CloudflareError } from '../cloudflare/transport/errors.js';
import { accountsOf } from '../cloudflare/zone-accounts.js';
import { MaintError, reportOf } from '../model/errors.js';
import type { Store } from '../store/store.js';
import type { Access, GivenToken } from './access.js';
import { requireTokenName, type TokenFacts, type TokenFolder, unknownToken } from './token-folder.js';
import {
  type AccountService,
  lastFour,
  reportedFacts,
  type TokenOverview,
  type TokenReport,
} from './token-report.js';

export interface TokenKeeper {
  /**
   * Verifies a token and keeps it; one of the same name is replaced. Nothing is kept of a token that is refused.
   * @throws MaintError `usage` for a bad name, `token-invalid`
   */
  add(name: string, token: string, options: AddOptions): Promise<TokenReport>;
  /** What is known without asking: the tokens, and which of them serves which account. */
  list(): TokenOverview;
  /** Asks Cloudflare anew, of one token or of all in use. @throws MaintError `token-missing` where there is none */
  verify(name?: string): Promise<readonly TokenReport[]>;
  /** Domains of the sites that are bound to a token. @throws MaintError `token-missing` where it is not there */
  needing(name: string): readonly string[];
  /** Forgets a token on this machine; at Cloudflare it stays. */
  remove(name: string, options: { readonly actor: string }): void;
}

export interface AddOptions {
  readonly actor: string;
  /** Has it serve this account alone; needed to verify a token of an account that has no zone yet. */
  readonly accountId?: string | undefined;
}

export interface KeeperParts {
  readonly given: GivenToken | null;
  readonly folder: TokenFolder;
  readonly access: Access;
  readonly clients: Clients;
  readonly store: Store;
  /** The account that everything is narrowed to, or null. */
  readonly accountId: string | null;
  readonly clock: () => Date;
}

/** Keeps the tokens of a folder; tells also of the one given outright where there is one. */
export function createTokenKeeper(parts: KeeperParts): TokenKeeper {
  const { given, folder } = parts;
  const requireToken = (name: string): string => {
    if (folder.names().includes(requireTokenName(name))) return name;
    throw unknownToken(name);
  };
  return {
    add: (name, token, options) => addToken(parts, requireTokenName(name), token.trim(), options),
    list: () => ({ tokens: knownTokens(parts), accounts: accountServices(parts) }),
    verify: async (name) => {
      if (name !== undefined) return [await verifyNamed(parts, requireToken(name))];
      // Throws where there is nothing to verify.
      parts.access.every('normal');
      const reports = given === null ? [] : [await verifyGiven(parts, given)];
      for (const one of folder.names()) reports.push(await verifyNamed(parts, one));
      return reports;
    },
    needing: (name) => domainsOf(parts, requireToken(name)),
    remove: (name, { actor }) => {
      folder.remove(requireToken(name));
      writeLog(parts, actor, 'auth.remove', `Removed the token ${name}.`);
    },
  };
}

async function addToken(
  parts: KeeperParts,
  name: string,
  token: string,
  { actor, accountId }: AddOptions,
): Promise<TokenReport> {
  const { folder } = parts;
  const facts = await askNamed(parts, name, token, accountId ?? null);
  const done = folder.names().includes(name) ? 'Replaced' : 'Added';
  folder.write(name, token);
  folder.writeFacts(name, facts);
  writeLog(parts, actor, 'auth.add', `${done} the token ${name}.`);
  return namedToken(parts, name);
}

/** The same as `ask`; the account that a named token belongs to is told with it, not by the environment. */
async function askNamed(
  { clients, clock }: KeeperParts,
  name: string,
  token: string,
  only: string | null,
): Promise<TokenFacts> {
  const client = clients.get(token, `the named token ${name}`, 'normal');
  try {
    return await ask(client, clock(), only);
  } catch (error) {
    if (only !== null || !(error instanceof CloudflareError) || error.code !== 'token-invalid') throw error;
    const { message, ray } = error;
    throw new MaintError('token-invalid', message, {
      ray,
      hint: `If it belongs to an account, not to a user: 'maint auth add ${name} --account <id>'. Else make a new token.`,
      cause: error,
    });
  }
}

/** Whether the token is good, and which accounts its zones are in. */
async function ask(cloudflare: CloudflareApi, now: Date, only: string | null): Promise<TokenFacts> {
  const { kind, status, expiresOn } = await cloudflare.tokens.verify(only ?? undefined);
  if (status !== 'active') {
    throw new MaintError('token-invalid', `Cloudflare says that the token is ${status}.`, {
      hint: "Enable it in Cloudflare's dashboard, or make a new one.",
    });
  }
  const accounts = accountsOf(await cloudflare.zones.list(only === null ? {} : { accountId: only }));
  const empty = only === null || accounts.length > 0 ? [] : [{ id: only, name: '', zones: 0 }];
  return { kind, status, expiresOn, only, accounts: [...accounts, ...empty], checkedAt: now.toISOString() };
}

function knownTokens(parts: KeeperParts): TokenReport[] {
  const named = parts.folder.names().map((name) => namedToken(parts, name));
  return parts.given === null ? named : [givenToken(parts, parts.given, null), ...named];
}

/** @param seen what Cloudflare has just said; left out, what is remembered of it */
function namedToken(parts: KeeperParts, name: string, seen = parts.folder.facts(name)): TokenReport {
  const { folder, clock } = parts;
  const base = {
    name,
    source: `${folder.path}/${name}`,
    sites: domainsOf(parts, name).length,
    ...reportedFacts(seen, clock()),
  };
  try {
    return { ...base, endsWith: lastFour(folder.read(name)), error: null };
  } catch (error) {
    return { ...base, endsWith: null, error: reportOf(error) };
  }
}

function givenToken(
  { clock }: KeeperParts,
  { token, source }: GivenToken,
  facts: TokenFacts | null,
): TokenReport {
  const told = reportedFacts(facts, clock());
  return { name: null, source, sites: 0, ...told, endsWith: lastFour(token), error: null };
}

async function verifyGiven(parts: KeeperParts, given: GivenToken): Promise<TokenReport> {
  const { clients, clock, accountId } = parts;
  try {
    const cloudflare = clients.get(given.token, given.source, 'normal');
    return givenToken(parts, given, await ask(cloudflare, clock(), accountId));
  } catch (error) {
    return { ...givenToken(parts, given, null), error: reportOf(error) };
  }
}

async function verifyNamed(parts: KeeperParts, name: string): Promise<TokenReport> {
  const { folder } = parts;
  try {
    const only = folder.facts(name)?.only ?? null;
    const seen = await askNamed(parts, name, folder.read(name), only);
    remember(folder, name, seen);
    return namedToken(parts, name, seen);
  } catch (error) {
    const known = namedToken(parts, name);
    const report = reportOf(error);
    // What says nothing of the token, such as a time without network, leaves what was known of it.
    const status = report.code === 'token-invalid' ? 'refused' : known.status;
    return { ...known, status, error: report };
  }
}

/** A folder that cannot be written to, as a mounted secret, keeps nothing; the token is as good. */
function remember(folder: TokenFolder, name: string, seen: TokenFacts): void {
  try {
    folder.writeFacts(name, seen);
  } catch (error) {
    if (!(error instanceof MaintError) || error.code !== 'failed') throw error;
  }
}

/** Every account that a token or a site is in, with what serves it. Sorted by name. */
function accountServices(parts: KeeperParts): AccountService[] {
  const { folder, given, access, store } = parts;
  const names = new Map<string, string | null>(store.sites.values('account').map((id) => [id, null]));
  for (const name of folder.names()) {
    for (const account of folder.facts(name)?.accounts ?? []) names.set(account.id, account.name || null);
  }
  const sites = store.sites.select();
  return [...names]
    .map(([accountId, accountName]): AccountService => {
      const choice = access.choice(accountId);
      const count = sites.filter((site) => site.accountId === accountId).length;
      const base = { accountId, accountName, sites: count };
      if (given !== null) return { ...base, token: given.source, reason: 'given' };
      return { ...base, token: choice?.name ?? null, reason: choice?.reason ?? null };
    })
    .sort((a, b) => ((a.accountName ?? a.accountId) < (b.accountName ?? b.accountId) ? -1 : 1));
}

function domainsOf({ store }: KeeperParts, token: string): string[] {
  return store.sites.select().flatMap((site) => (site.token === token ? [site.domain] : []));
}

function writeLog({ store, clock }: KeeperParts, actor: string, action: string, message: string): void {
  const entry = { level: 'info' as const, domain: null, eventId: null, runId: null };
  store.log.write([{ ...entry, at: clock().toISOString(), actor, action, message }]);
}
