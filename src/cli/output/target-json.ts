import type { CheckResult, Target, TargetPolicy } from '../../model/target.js';

/** `200-399,401`. */
export function rangesText(ranges: TargetPolicy['expectStatus']): string {
  return ranges.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`)).join(',');
}

/** A target as documents carry it: of its headers only the names, for their values may be secrets. */
export function targetJson({ standing, headers, expectStatus, ...target }: Target): object {
  const { flips: _flips, covered: _covered, ...stands } = standing;
  return { ...target, headers: Object.keys(headers), expectStatus: rangesText(expectStatus), ...stands };
}

/** What one look at a URL saw. */
export function resultJson(result: CheckResult): object {
  const { targetId: _targetId, verdict, totalMs, ...seen } = result;
  return { ok: verdict === 'success', verdict, responseTimeMs: totalMs, ...seen };
}
