/** Asking for URLs once, before anybody relies on them, and saying what was seen. */
import pLimit from 'p-limit';
import type { Maint } from '../maint.js';
import { MaintError } from '../model/errors.js';
import type { CheckResult, TargetPolicy } from '../model/target.js';
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
  options: { readonly suggest: boolean },
): Promise<readonly Trial[]> {
  const limit = pLimit(AT_A_TIME);
  const tryOne = async ({ domain, policy }: (typeof targets)[number]): Promise<Trial> => {
    const result = await maint.tryTarget(domain, policy);
    const trial = { domain, url: policy.url, result, suggestion: null };
    const front = new URL('/', policy.url).href;
    if (!options.suggest || result.verdict !== 'failure' || front === policy.url) return trial;
    const other = await maint.tryTarget(domain, { ...policy, url: front });
    return { ...trial, suggestion: other.verdict === 'success' ? front : null };
  };
  return Promise.all(targets.map((target) => limit(() => tryOne(target))));
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

/** Nobody wants a page up three minutes from now because of a URL that never answered. */
export function refuseUnwell(trials: readonly Trial[]): void {
  const unwell = trials.filter(({ result }) => result.verdict === 'failure');
  if (unwell.length === 0) return;
  const which = unwell.length === 1 ? 'it does not answer well' : `${unwell.length} URLs do not answer well`;
  throw new MaintError('guard-refused', `With --auto-enable the page would soon be up: ${which} now.`, {
    problems: unwell.map((one) => `${one.url} ${seenText(one)}.`),
    hint: "Correct --url or what is expected, or override with '--force'. Nothing was changed.",
  });
}
