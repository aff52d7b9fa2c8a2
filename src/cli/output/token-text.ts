/** Tokens and what they serve, as tables. */
import type { AccountService, TokenOverview, TokenReport } from '../../credentials/token-report.js';
import { moment } from './moment.js';
import { type Column, table } from './table.js';
import type { View } from './view.js';

const TOKENS: readonly Column<TokenReport>[] = [
  { title: 'TOKEN', rank: 0, value: ({ name, source }) => name ?? source },
  { title: 'KIND', rank: 3, value: ({ kind }) => kind ?? 'unknown' },
  {
    title: 'STATUS',
    rank: 0,
    value: ({ status, error }) => error?.code ?? status ?? 'not verified',
    paint: (text, { status, error }, { palette }) =>
      error !== null || status === 'expired' ? palette.bad(text) : text,
  },
  { title: 'EXPIRES', rank: 2, value: expiry },
  { title: 'ENDS WITH', rank: 4, value: ({ endsWith }) => (endsWith === null ? '' : `…${endsWith}`) },
  { title: 'SITES', rank: 3, align: 'right', value: ({ sites }) => String(sites) },
  {
    title: 'ACCOUNTS',
    rank: 1,
    shrinksTo: 16,
    value: ({ accounts }, { person }) =>
      accounts.map(({ id, name }) => (person ? name || id : id)).join(', '),
  },
];

const ACCOUNTS: readonly Column<AccountService>[] = [
  {
    title: 'ACCOUNT',
    rank: 0,
    shrinksTo: 16,
    value: ({ accountId, accountName }) => accountName ?? accountId,
  },
  { title: 'SITES', rank: 1, align: 'right', value: ({ sites }) => String(sites) },
  { title: 'SERVED BY', rank: 0, shrinksTo: 32, value: ({ token }) => token ?? 'nothing' },
  { title: 'BECAUSE', rank: 2, value: ({ reason }) => REASONS[reason ?? 'none'] },
];

const REASONS: Readonly<Record<NonNullable<AccountService['reason']> | 'none', string>> = {
  given: 'given outright: wins',
  site: 'its sites are bound to it',
  account: 'it sees the account',
  only: 'the only token',
  default: 'called default',
  none: 'no token sees it',
};

/** The tokens, and which of them serves which account, and why; in a pipe an empty line parts the two. */
export function overviewText({ tokens, accounts }: TokenOverview, view: View): string {
  const tables = [tokenTable(tokens, view), table(accounts, ACCOUNTS, view)];
  return tables.filter((text) => text !== '').join('\n');
}

/** One line a token; at most its last four characters are shown. */
export function tokenTable(tokens: readonly TokenReport[], view: View): string {
  return table(tokens, TOKENS, view);
}

function expiry({ expiresOn, status }: TokenReport, view: View): string {
  if (expiresOn !== null) return moment(expiresOn, view);
  return status === null ? '' : 'never';
}
