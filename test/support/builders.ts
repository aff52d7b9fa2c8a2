/** Plain data of the model with everything filled in, so that a test names only what it is about. */
import type { Observation, ZoneView } from '../../src/maintenance/observation.js';
import type { Operation } from '../../src/model/operation.js';
import type { Change, SitePlan } from '../../src/model/plan.js';
import type { Route } from '../../src/model/route.js';
import { coveringPatterns, type Site } from '../../src/model/site.js';

export const NOW = '2026-11-23T12:00:00.000Z';
export const ACCOUNT = 'account-1';
/** An event, its script, and those of another event. */
export const EVENT = '20261123-abcdefgh';
export const SCRIPT = `maint-${EVENT}`;
export const OTHER_EVENT = '20261101-zzzzzzzz';
export const OTHER_SCRIPT = `maint-${OTHER_EVENT}`;

export function site(domain: string, fields: Partial<Site> = {}): Site {
  return {
    id: 1,
    domain,
    name: null,
    zoneId: `zone-${fields.zoneName ?? domain}`,
    zoneName: domain,
    accountId: ACCOUNT,
    environment: 'production',
    project: null,
    owner: null,
    tags: [],
    shares: [],
    groups: [],
    ownHostnames: null,
    subdomains: false,
    active: true,
    inactiveReason: null,
    token: null,
    plan: 'pro',
    state: 'active',
    maintenance: null,
    health: null,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

/** A route whose id follows from its pattern. */
export function route(pattern: string, script: string | null = 'shop', fields: Partial<Route> = {}): Route {
  return { id: `id of ${pattern}`, pattern, script, ...fields };
}

export function zoneView(
  zoneName: string,
  routes: readonly Route[],
  fields: Partial<ZoneView> = {},
): ZoneView {
  return {
    zoneId: `zone-${zoneName}`,
    zoneName,
    accountId: ACCOUNT,
    routes,
    complete: true,
    error: null,
    ...fields,
  };
}

/** What was seen of zones; `scripts` are those of the one account, null where they were not read. */
export function observation(
  zones: readonly ZoneView[],
  scripts: readonly string[] | null = null,
): Observation {
  return {
    zones: new Map(zones.map((zone) => [zone.zoneId, zone])),
    accounts: new Map([[ACCOUNT, { accountId: ACCOUNT, scripts }]]),
  };
}

export function sitePlan(domain: string, fields: Partial<SitePlan> = {}): SitePlan {
  const of = site(domain);
  return {
    domain,
    accountId: of.accountId,
    zoneId: of.zoneId,
    zoneName: of.zoneName,
    patterns: coveringPatterns(of),
    outcome: 'planned',
    eventId: EVENT,
    changes: [],
    dodged: [],
    conflicts: [],
    note: null,
    ...fields,
  };
}

/** A change that puts a route of a zone's apex under our script: taken over where `before` is given. */
export function change(domain: string, fields: Partial<Change> = {}): Change {
  const before = fields.before ?? null;
  const pattern = fields.pattern ?? before?.pattern ?? `${domain}/*`;
  return {
    domain,
    accountId: ACCOUNT,
    zoneId: `zone-${domain}`,
    action: before === null ? 'create-route' : 'take-over-route',
    pattern,
    routeId: before?.id ?? null,
    before,
    after: before === null ? { id: '', pattern, script: SCRIPT } : { ...before, script: SCRIPT },
    script: SCRIPT,
    ...fields,
  };
}

/** A change as the journal has it. */
export function operation(of: Change, fields: Partial<Operation> = {}): Operation {
  return {
    id: 1,
    runId: 'run-1',
    eventId: EVENT,
    accountId: of.accountId,
    zoneId: of.zoneId,
    domain: of.domain,
    action: of.action,
    subject: of.pattern,
    before: of.before,
    after: of.after,
    state: 'done',
    actor: 'ann',
    startedAt: NOW,
    finishedAt: NOW,
    error: null,
    ...fields,
  };
}
