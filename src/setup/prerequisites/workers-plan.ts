/** What an account on Workers Free must know. */
import { nameSome } from '../../model/counted.js';
import { ok, type Prerequisite, skipped } from './prerequisite.js';
import type { TokenFacts } from './token.js';

/**
 * Workers Free ends a day's work after 100,000 requests, all Workers of the account together, until 00:00 UTC
 * (Cloudflare docs, Workers → Platform → Limits). Which plan of Workers an account has is told to nobody without
 * a permission for billing, and a zone's plan is bought apart from it: a free zone is a sign and no proof.
 */
export const WORKERS_PLAN: Prerequisite<TokenFacts> = {
  id: 'workers-plan',
  title: 'Requests a day',
  area: 'limits',
  when: ({ zones }) => (zones.value?.length ? null : 'Without a zone there is no account to speak of.'),
  check: ({ zones }) => {
    const free = (zones.value ?? []).filter(({ planName }) => planName === null || planName === 'free');
    const accounts = [...new Set(free.map(({ account }) => account.name || account.id))];
    if (accounts.length === 0)
      return ok('Every zone is paid for; a paid zone does not make Workers paid, though.');
    return skipped(
      `Whether ${nameSome(accounts)} is on Workers Free cannot be read. If so, past 100,000 requests a day ` +
        'visitors get error 1027 instead of a page, until 00:00 UTC; `maint enable --on-limit` chooses.',
    );
  },
  nextStep: 'Look in the dashboard under Workers & Pages → Plans.',
};
