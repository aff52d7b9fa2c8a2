/** Checks many targets, so many at a time. */
import type { CheckResult, Target } from '../model/target.js';
import { bypassFor, type RecordedPage } from './open-pages.js';
import type { MonitorParts } from './types.js';

export interface Checked {
  readonly target: Target;
  readonly result: CheckResult;
}

/** The results in the order of the targets; those that were cut by `stop` are left out. */
export async function checkAll(
  parts: MonitorParts,
  targets: readonly Target[],
  pages: ReadonlyMap<string, RecordedPage>,
): Promise<Checked[]> {
  const { checker, stop, concurrency, bypassHeader } = parts;
  const results: (CheckResult | null)[] = targets.map(() => null);
  let next = 0;
  const worker = async () => {
    while (next < targets.length && !stop?.aborted) {
      const at = next;
      next += 1;
      const target = targets[at] as Target;
      const bypass = bypassFor(target.url, pages.get(target.domain) ?? null, bypassHeader);
      try {
        results[at] = await checker.check(target, bypass, stop);
      } catch (error) {
        if (!stop?.aborted) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, targets.length) }, worker));
  return targets.flatMap((target, at) => {
    const result = results[at] ?? null;
    return result === null ? [] : [{ target, result }];
  });
}

/**
 * Asks again where a failure would bring a target nearer to being down. Networks lose one answer in a hundred: with
 * 300 sites asked each minute, three such losses in a row would put a page on a site that is well every other day.
 *
 * @returns of those asked again the second result, of the others the first
 */
export async function askFailedAgain(
  parts: MonitorParts,
  checked: readonly Checked[],
  pages: ReadonlyMap<string, RecordedPage>,
): Promise<readonly Checked[]> {
  const doubtful = checked.filter(
    ({ target, result }) => result.verdict === 'failure' && target.standing.state !== 'down',
  );
  if (doubtful.length === 0) return checked;
  const targets = doubtful.map(({ target }) => target);
  const again = new Map((await checkAll(parts, targets, pages)).map((one) => [one.target.id, one]));
  return checked.map((one) => again.get(one.target.id) ?? one);
}

/** Failures that this machine's own network may have caused count neither way. */
export function excuseFailures(checked: readonly Checked[]): Checked[] {
  return checked.map(({ target, result }) => {
    if (result.verdict !== 'failure') return { target, result };
    const detail = `${result.detail ?? 'it failed'}; but no witness answered either`;
    return { target, result: { ...result, verdict: 'excused', detail } };
  });
}
