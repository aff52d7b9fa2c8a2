/** Why the monitor does or does not act on a site, in sentences. Pure. */
import type { CheckResult, Target } from '../model/target.js';
import { wishOf } from './decide.js';
import { isFrozen, MAX_FLIPS } from './flapping.js';
import type { OpenPage } from './types.js';

export interface Explanation {
  readonly targetId: number;
  readonly url: string;
  readonly state: Target['standing']['state'];
  /** What it would do if the next check came out like the last. */
  readonly wish: 'enable' | 'disable' | null;
  readonly sentences: readonly string[];
}

export interface ExplainInput {
  readonly target: Target;
  readonly page: OpenPage | null;
  /** Its newest results, oldest first. */
  readonly recent: readonly CheckResult[];
  /** RFC 3339. */
  readonly now: string;
  /** Why nothing is done whatever is wished, or null. */
  readonly refusal?: string | null;
}

/** Tells where a target stands, how it came there and what follows. */
export function explain({ target, page, recent, now, refusal = null }: ExplainInput): Explanation {
  const { wish, reasons } = wishOf(target, page, now);
  return {
    targetId: target.id,
    url: target.url,
    state: target.standing.state,
    wish,
    sentences: [
      ...whereItStands(target),
      ...lastCheck(recent),
      ...excuses(recent),
      ...flapping(target, now),
      pageSentence(page),
      ...reasons,
      ...(wish === null ? [] : [refusal === null ? wishSentence(wish) : `It will not be done: ${refusal}`]),
    ],
  };
}

function whereItStands({ standing: { state, changedAt, failures, successes }, ...policy }: Target): string[] {
  if (state === 'unknown') return ['It has no check that counts yet.'];
  const streak = failures > 0 ? `${failures} failed in a row` : `${successes} were well in a row`;
  return [
    `It is ${state}${changedAt === null ? '' : ` since ${changedAt}`}: of its checks, the last ${streak}.`,
    `It takes ${policy.failureThreshold} failures in a row to be down, and ${policy.recoveryThreshold} ` +
      'checks that are well to be up again.',
  ];
}

function lastCheck(recent: readonly CheckResult[]): string[] {
  const last = recent.at(-1);
  if (last === undefined) return [];
  const status = last.statusCode === null ? 'no answer' : `HTTP ${last.statusCode}`;
  const error = last.error === null ? '' : `, ${last.error}`;
  return [`The last check, at ${last.at}, ended with ${status}${error} after ${last.totalMs} ms.`];
}

const EXCUSES: Readonly<Record<string, string>> = {
  'own-page': 'a maintenance page of ours answered instead of the site',
  cloudflare: 'Cloudflare answered for itself instead of the site',
};

/** Results at the end that count neither way: while they last, nothing can change. */
function excuses(recent: readonly CheckResult[]): string[] {
  const counted = recent.findLastIndex((result) => result.verdict !== 'excused');
  const since = recent[counted + 1];
  if (since === undefined) return [];
  const count = recent.length - counted - 1;
  const why = EXCUSES[since.error ?? ''] ?? 'no witness answered, so that the network here was at fault';
  return [`Nothing was counted since ${since.at} (${count === 1 ? '1 check' : `${count} checks`}): ${why}.`];
}

function flapping({ standing }: Target, now: string): string[] {
  if (!isFrozen(standing, now)) return [];
  return [
    `It changed between up and down ${standing.flips.length} times within an hour; more than ${MAX_FLIPS} freeze it.`,
  ];
}

function pageSentence(page: OpenPage | null): string {
  if (page === null) return 'Its page is not up.';
  const whose = page.kind === 'monitor' ? 'the monitor' : 'a person';
  return `Its page is up since ${page.since}, put up by ${whose} (event ${page.eventId}).`;
}

function wishSentence(wish: 'enable' | 'disable'): string {
  return wish === 'enable'
    ? 'So the next check that fails puts the page up, unless too many sites fail with it.'
    : 'So the next check that is well lifts the page, unless another target of the site fails.';
}
