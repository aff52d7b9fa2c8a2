import {
  type CheckResult,
  DEFAULT_POLICY,
  type Standing,
  type Target,
  type TargetPolicy,
  UNCHECKED,
} from '../../../src/model/target.js';

export const NOW = '2026-11-23T12:00:00.000Z';

export const after = (ms: number, from = NOW) => new Date(Date.parse(from) + ms).toISOString();

export interface TargetFields extends Partial<TargetPolicy> {
  readonly id?: number;
  readonly domain?: string;
  readonly standing?: Partial<Standing>;
}

export function target({
  id = 1,
  domain = 'a.example',
  standing = {},
  ...policy
}: TargetFields = {}): Target {
  return {
    ...DEFAULT_POLICY,
    url: `https://${domain}/health/`,
    ...policy,
    id,
    domain,
    standing: { ...UNCHECKED, ...standing },
    createdAt: NOW,
  };
}

export function result(verdict: CheckResult['verdict'], fields: Partial<CheckResult> = {}): CheckResult {
  return {
    targetId: 1,
    at: NOW,
    verdict,
    statusCode: verdict === 'success' ? 200 : 503,
    error: verdict === 'success' ? null : 'http',
    detail: verdict === 'success' ? null : 'HTTP 503',
    connectMs: 3,
    firstByteMs: 20,
    totalMs: 21,
    ...fields,
  };
}
