import { describe, expect, it } from 'vitest';
import { limitWarnings } from '../../../src/maintenance/request-limit.js';
import type { Change } from '../../../src/model/plan.js';
import type { Route } from '../../../src/model/route.js';
import type { OnLimit } from '../../../src/model/vocabulary.js';
import { ACCOUNT, change, route, SCRIPT, site, sitePlan } from '../../support/builders.js';

const open = (script: string) => route('a.example/*', script, { request_limit_fail_open: true });
const closed = (script: string) => route('a.example/*', script, { request_limit_fail_open: false });

function warnings(
  changes: readonly Change[],
  { plan = 'free', chosen = null }: { readonly plan?: string | null; readonly chosen?: OnLimit | null } = {},
): string[] {
  return limitWarnings([site('a.example', { plan })], [sitePlan('a.example', { changes })], chosen);
}

const created = (after: Route = closed(SCRIPT)) => change('a.example', { after });

describe('what is said of the limit of Workers Free', () => {
  it('names the account, the limit, the hour, what visitors see and the way to choose', () => {
    expect(warnings([created()])).toEqual([
      `If account ${ACCOUNT} is on Workers Free: past 100,000 requests a day, all Workers of the account together, ` +
        'visitors see error 1027 of Cloudflare instead of the page until 00:00 UTC ' +
        '(--on-limit fail-open shows them the origin instead).',
    ]);
  });

  it('is said where the plan is not known, and not where the zone is paid for', () => {
    expect(warnings([created()], { plan: null })).toHaveLength(1);
    expect(warnings([created()], { plan: 'pro' })).toEqual([]);
  });

  it('tells of taken-over routes that keep failing open beside new ones that do not', () => {
    const [text] = warnings([created(), change('a.example', { before: open('shop'), after: open(SCRIPT) })]);
    expect(text).toContain('and on 1 taken-over route the origin');
  });

  it('is silent once an error was chosen, and says so where the origin was', () => {
    expect(warnings([created()], { chosen: 'fail-closed' })).toEqual([]);
    const [text] = warnings([created(open(SCRIPT))], { chosen: 'fail-open' });
    expect(text).toContain('visitors reach the origin without the page until 00:00 UTC');
  });

  it('says nothing where nothing is changed, and what a choice does not reach', () => {
    const plans = [sitePlan('a.example', { outcome: 'unchanged' })];
    const sites = [site('a.example', { plan: 'free' })];
    expect(limitWarnings(sites, plans, null)).toEqual([]);
    expect(limitWarnings(sites, plans, 'fail-open')).toEqual([
      '--on-limit fail-open is for routes that this run sets: 1 site keeps its routes.',
    ]);
  });
});
