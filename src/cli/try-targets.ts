/** Asking for URLs once, before anybody relies on them, and saying what was seen. */
import pLimit from 'p-limit';
import type { Maint } from '../maint.js';
import {
  type CheckResult,
  DEFAULT_POLICY,
  type Target,
  type TargetPolicy,
  UNCHECKED,
} from '../model/target.js';
import { span } from './output/moment.js';

/** Enough for a catalogue of hundreds in seconds, and little for any one server. */
const AT_A_TIME = 20;

/** A URL that was asked for. */
export interface Trial {
  readonly domain: string;
  readonly url: string;
  readonly result: CheckResult;
  /** Another URL of the same site that answers well where this one does not. */
  readonly suggestion: string | null;
}

/** What a site gets to be asked for unless a person names it. */
export const DEFAULT_URL = 'https://{domain}/health/';

/**
 * Asks for each URL once. Where the default one does not answer well, its site's front page is asked for too:
 * many sites have nothing else.
 */
export async function tryTargets(
  maint: Maint,
  targets: readonly { readonly domain: string; readonly policy: TargetPolicy }[],
  options: { readonly suggest: boolean; readonly stop?: AbortSignal },
): Promise<readonly Trial[]> {
  const limit = pLimit(AT_A_TIME);
  const look = (domain: string, policy: TargetPolicy) =>
    maint.tryTarget(asTarget(domain, policy), options.stop);
  const tryOne = async ({ domain, policy }: (typeof targets)[number]): Promise<Trial> => {
    const result = await look(domain, policy);
    const trial = { domain, url: policy.url, result, suggestion: null };
    const front = new URL('/', policy.url).href;
    if (!options.suggest || result.verdict !== 'failure' || front === policy.url) return trial;
    const other = await look(domain, { ...policy, url: front });
    return { ...trial, suggestion: other.verdict === 'success' ? front : null };
  };
  return Promise.all(targets.map((target) => limit(() => tryOne(target))));
}

/** A policy as if it were recorded. */
function asTarget(domain: string, policy: TargetPolicy): Target {
  return { ...DEFAULT_POLICY, ...policy, id: 0, domain, standing: UNCHECKED, createdAt: '' };
}

/** `answered 200 in 41ms` and, where it is not well, what is wrong with it. */
export function seenText({ result, suggestion }: Trial): string {
  const { verdict, statusCode, totalMs, detail } = result;
  const time = totalMs < 1_000 ? `${totalMs}ms` : span(totalMs);
  const what = statusCode === null ? `no answer after ${time}` : `answered ${statusCode} in ${time}`;
  if (verdict === 'success') return what;
  const why = detail === null ? '' : ` (${detail})`;
  const better = suggestion === null ? '' : `; ${suggestion} answers well: use it with --url`;
  return `${what}${why}: ${verdict === 'excused' ? 'proves nothing' : 'not well'}${better}`;
}
