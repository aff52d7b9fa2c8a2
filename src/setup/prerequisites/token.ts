/** What must be right with a token: good, not about to end, no wider than the work, and not used up. */

import type { CloudflareApi, TokenStatus, Zone } from '../../cloudflare/api.js';
import { counted, nameSome } from '../../model/counted.js';
import type { MaintError } from '../../model/errors.js';
import type { Site } from '../../model/site.js';
import { failed, ok, type Prerequisite, warning } from './prerequisite.js';

/** What asking came to: the answer, or the error that came instead. */
export type Answer<T> =
  | { readonly value: T; readonly error: null }
  | { readonly value: null; readonly error: MaintError };

export interface TokenFacts {
  /** Where it comes from, or its name. */
  readonly source: string;
  readonly cloudflare: CloudflareApi;
  readonly status: Answer<TokenStatus>;
  readonly zones: Answer<readonly Zone[]>;
  /** The whole catalogue. */
  readonly sites: readonly Site[];
  readonly now: Date;
  /** 32 random hexadecimal digits, other ones each time. */
  readonly unusedId: () => string;
}

const DAY_MS = 86_400_000;
const EXPIRES_SOON_MS = 14 * DAY_MS;
/** Behind this, `--for` and `--until` mean another time than Cloudflare's edge has; far behind it, everything does. */
const CLOCK_OFF_MS = 30_000;
const CLOCK_WRONG_MS = 300_000;
/** With so few requests left, a run over some sites would have to wait. */
const FEW_REQUESTS = 100;

const unproven = ({ status }: TokenFacts) =>
  status.error === null ? null : 'The token could not be verified.';
const unlisted = ({ zones }: TokenFacts) => (zones.error === null ? null : 'The zones could not be listed.');

export const TOKEN_PREREQUISITES: readonly Prerequisite<TokenFacts>[] = [
  {
    id: 'token',
    title: 'API token',
    area: 'token',
    check: ({ status: { value, error }, source }) => {
      if (error !== null) return failed(error.message, error.hint, error.code);
      if (value.status !== 'active')
        return failed(
          `Cloudflare says that the token from ${source} is ${value.status}.`,
          undefined,
          'token-invalid',
        );
      return ok(
        `Good; it belongs to ${value.kind === 'user' ? 'a user' : 'an account'} and comes from ${source}.`,
      );
    },
    nextStep: 'Make a new token in the dashboard under My Profile → API Tokens.',
  },
  {
    id: 'token-expiry',
    title: 'End of the token',
    area: 'token',
    when: unproven,
    check: ({ status, now }) => {
      const expiresOn = status.value?.expiresOn ?? null;
      if (expiresOn === null) return ok('It has none.');
      const left = Date.parse(expiresOn) - now.getTime();
      if (left <= 0) return failed(`It ended at ${expiresOn}.`, undefined, 'token-invalid');
      const days = Math.floor(left / DAY_MS);
      const text = `It ends at ${expiresOn}, in ${counted(days, 'day')}.`;
      return left < EXPIRES_SOON_MS ? warning(text) : ok(text);
    },
    nextStep: 'Roll it in the dashboard in time: pages that are up could not be taken down without it.',
  },
  {
    id: 'token-zones',
    title: 'Zones of the token',
    area: 'token',
    check: ({ zones: { value, error } }) => {
      if (error !== null) return failed(error.message, error.hint, error.code);
      if (value.length === 0) return failed('It sees no zone.', undefined, 'permission-missing');
      const accounts = new Set(value.map((zone) => zone.account.id)).size;
      return ok(`It sees ${counted(value.length, 'zone')} in ${counted(accounts, 'account')}.`);
    },
    nextStep: 'Give the token the zones and their account as its scope, with Zone → Zone → Read.',
  },
  {
    id: 'token-scope',
    title: 'Scope of the token',
    area: 'token',
    when: (facts) => unlisted(facts) ?? (facts.sites.length === 0 ? 'The catalogue is empty.' : null),
    check: ({ zones, sites }) => {
      const catalogued = new Set(sites.map((site) => site.zoneId));
      const beyond = (zones.value ?? []).filter((zone) => !catalogued.has(zone.id)).map((zone) => zone.name);
      if (beyond.length === 0) return ok('It reaches what is in the catalogue, and nothing else.');
      return warning(
        `It also reaches ${counted(beyond.length, 'zone that is', 'zones that are')} not in the catalogue: ${nameSome(beyond)}.`,
      );
    },
    nextStep:
      'Run `maint discover` where they belong to the work; else narrow the token to the zones that do.',
  },
  {
    id: 'clock',
    title: "This machine's clock",
    area: 'machine',
    when: ({ cloudflare }) => (cloudflare.heard.clockAheadMs === null ? 'Cloudflare told no time.' : null),
    check: ({ cloudflare }) => {
      const ahead = cloudflare.heard.clockAheadMs ?? 0;
      const off = Math.abs(ahead);
      const text = `It is ${Math.round(off / 1_000)} s ${ahead > 0 ? 'ahead of' : 'behind'} Cloudflare's.`;
      if (off >= CLOCK_WRONG_MS) return failed(text);
      return off >= CLOCK_OFF_MS ? warning(text) : ok("It agrees with Cloudflare's.");
    },
    nextStep: 'Set it by NTP: the end of a page is worked out here and kept by the edge.',
  },
  {
    id: 'rate-limit',
    title: 'Rate limit',
    area: 'limits',
    check: ({ cloudflare }) => {
      const { remaining } = cloudflare.heard;
      const theirs = remaining === null ? '' : `; Cloudflare counts ${remaining.requests} left`;
      const text = `${counted(cloudflare.budgetLeft, 'request is', 'requests are')} left to maint in these five minutes${theirs}.`;
      const least = Math.min(cloudflare.budgetLeft, remaining?.requests ?? Number.POSITIVE_INFINITY);
      return least < FEW_REQUESTS ? warning(text) : ok(text);
    },
    nextStep: 'Wait some minutes before a large run; the dashboard and other tools spend the same limit.',
  },
];
