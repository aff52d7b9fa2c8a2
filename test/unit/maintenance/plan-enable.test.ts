import { describe, expect, it } from 'vitest';
import type { ZoneView } from '../../../src/maintenance/observation.js';
import { type EnableInput, planEnable } from '../../../src/maintenance/plan-enable.js';
import { eventOfScript } from '../../../src/model/event.js';
import type { SitePlan } from '../../../src/model/plan.js';
import type { Site } from '../../../src/model/site.js';
import {
  EVENT,
  NOW,
  OTHER_EVENT,
  OTHER_SCRIPT,
  observation,
  route,
  SCRIPT,
  site,
  zoneView,
} from '../../support/builders.js';

function plan(sites: readonly Site[], zones: readonly ZoneView[], fields: Partial<EnableInput> = {}) {
  return planEnable({
    sites,
    observation: observation(zones),
    existingRoutesOf: () => 'take-over',
    onLimitOf: () => null,
    eventId: EVENT,
    scriptOf: () => SCRIPT,
    ...fields,
  });
}

/** The plan of one site, `example.com`, whose zone has these routes. */
function planOne(
  routes: ZoneView['routes'],
  of: Partial<Site> = {},
  fields: Partial<EnableInput> = {},
): SitePlan {
  const { sites } = plan([site('example.com', of)], [zoneView('example.com', routes)], fields);
  if (sites[0] === undefined) throw new Error('no plan');
  return sites[0];
}

const steps = ({ changes }: SitePlan) => changes.map(({ action, pattern }) => [action, pattern]);
const up = (eventId: string): Site['maintenance'] => ({
  eventId,
  kind: 'manual',
  reason: 'a new database',
  message: null,
  actor: 'bob',
  since: NOW,
  until: null,
  autoEnd: false,
  existingRoutes: 'take-over',
});

describe('an empty zone', () => {
  it('gets a route for each hostname', () => {
    const planned = planOne([]);
    expect(planned).toMatchObject({
      outcome: 'planned',
      eventId: EVENT,
      dodged: [],
      conflicts: [],
      note: null,
    });
    expect(planned.changes).toEqual([
      {
        domain: 'example.com',
        accountId: 'account-1',
        zoneId: 'zone-example.com',
        action: 'create-route',
        pattern: 'example.com/*',
        routeId: null,
        before: null,
        after: { id: '', pattern: 'example.com/*', script: SCRIPT },
        script: SCRIPT,
      },
      expect.objectContaining({ action: 'create-route', pattern: 'www.example.com/*' }),
    ]);
  });
});

describe('routes of others', () => {
  it('are taken over with every field kept', () => {
    const theirs = route('example.com/*', 'shop', {
      request_limit_fail_open: true,
      placement: { mode: 'smart' },
    });
    const [first] = planOne([theirs]).changes;
    expect(first).toMatchObject({ action: 'take-over-route', routeId: theirs.id, before: theirs });
    expect(first?.after).toEqual({ ...theirs, script: SCRIPT });
  });

  it('are taken over where they are more specific or run no Worker, and left where they cannot win', () => {
    const planned = planOne([
      route('example.com/api/*', 'api'),
      route('example.com/health', null),
      route('https://www.example.com/*', 'shop'),
      route('*.example.com/*', 'shop'),
      route('*/*', 'shop'),
      route('blog.example.com/*', 'blog'),
    ]);
    expect(steps(planned)).toEqual(
      [
        ['take-over-route', 'example.com/api/*'],
        ['take-over-route', 'example.com/health'],
        ['create-route', 'example.com/*'],
        ['take-over-route', 'https://www.example.com/*'],
        ['create-route', 'www.example.com/*'],
      ].sort(([, a = ''], [, b = '']) => (a < b ? -1 : 1)),
    );
  });

  it('count as they are written: hosts in any case, paths to the letter', () => {
    const planned = planOne([
      route('EXAMPLE.com/*', 'shop'),
      route('example.com/API/*', 'api'),
      route('example.com/api/*', 'api'),
    ]);
    expect(steps(planned)).toEqual([
      ['take-over-route', 'EXAMPLE.com/*'],
      ['take-over-route', 'example.com/API/*'],
      ['take-over-route', 'example.com/api/*'],
      ['create-route', 'www.example.com/*'],
    ]);
  });

  it('are taken over below the domain, too, where the page covers sub-domains', () => {
    const planned = planOne([route('blog.example.com/*', 'blog'), route('*.example.com/*', 'shop')], {
      subdomains: true,
    });
    expect(steps(planned)).toEqual([
      ['take-over-route', '*.example.com/*'],
      ['take-over-route', 'blog.example.com/*'],
      ['create-route', 'example.com/*'],
      ['create-route', 'www.example.com/*'],
    ]);
  });
});

describe('--existing-routes keep', () => {
  const keep = { existingRoutesOf: () => 'keep' as const };

  it('lists what gets round the page instead of taking it over', () => {
    const planned = planOne([route('example.com/b*', 'api'), route('example.com/a', null)], {}, keep);
    expect(steps(planned)).toEqual([
      ['create-route', 'example.com/*'],
      ['create-route', 'www.example.com/*'],
    ]);
    expect(planned.dodged.map(({ pattern, script }) => [pattern, script])).toEqual([
      ['example.com/a', null],
      ['example.com/b*', 'api'],
    ]);
  });

  it('warns of each', () => {
    const zones = [zoneView('example.com', [route('example.com/api/*', 'api')])];
    expect(plan([site('example.com')], zones, keep).warnings).toEqual([
      'example.com: example.com/api/* still runs api.',
    ]);
  });

  it('skips a site of which nothing would show the page', () => {
    const planned = planOne([route('example.com/*'), route('www.example.com/*')], {}, keep);
    expect(planned).toMatchObject({ outcome: 'skipped', eventId: null, changes: [] });
    expect(planned.note).toContain('kept for its Worker');
    expect(planned.error).toMatchObject({
      message: expect.stringMatching(/^example\.com shows no page: /),
      hint: expect.stringContaining('--existing-routes take-over'),
    });
  });
});

describe('--existing-routes fail', () => {
  it('plans to take over, so that the guard can name what is in the way', () => {
    const planned = planOne([route('example.com/api/*', 'api')], {}, { existingRoutesOf: () => 'fail' });
    expect(steps(planned)).toContainEqual(['take-over-route', 'example.com/api/*']);
  });
});

describe('a site in maintenance', () => {
  const whole = [route('example.com/*', OTHER_SCRIPT), route('www.example.com/*', OTHER_SCRIPT)];

  it('changes nothing and says whose event it is', () => {
    const planned = planOne(whole, { maintenance: up(OTHER_EVENT) });
    expect(planned).toMatchObject({ outcome: 'unchanged', eventId: OTHER_EVENT, changes: [] });
    expect(planned.note).toBe(
      `Already in maintenance since ${NOW}, put up by bob (a new database), event ${OTHER_EVENT}.`,
    );
  });

  it('says so without a reason where there is none', () => {
    const maintenance = { ...up(OTHER_EVENT), reason: null } as Site['maintenance'];
    expect(planOne(whole, { maintenance }).note).toContain(`put up by bob, event ${OTHER_EVENT}.`);
  });

  it.each([
    ['nothing is recorded here', null],
    ['another event is recorded here', up(EVENT)],
  ])('is told by its routes where %s', (_what, maintenance) => {
    const planned = planOne(whole, { maintenance });
    expect(planned).toMatchObject({ outcome: 'unchanged', eventId: OTHER_EVENT });
    expect(planned.note).toBe(`Already in maintenance, event ${OTHER_EVENT}.`);
  });

  it('still tells what is kept out of the page', () => {
    const planned = planOne(
      [...whole, route('example.com/api/*', 'api')],
      {},
      { existingRoutesOf: () => 'keep' },
    );
    expect(planned).toMatchObject({ outcome: 'unchanged', dodged: [{ pattern: 'example.com/api/*' }] });
  });

  it('is completed as its event chose for routes of others, whatever a new event would do', () => {
    const existingRoutesOf = (eventId: string) => (eventId === OTHER_EVENT ? 'keep' : 'take-over');
    const routes = [route('example.com/*', OTHER_SCRIPT), route('example.com/new/*', 'shop')];
    const planned = planOne(routes, {}, { existingRoutesOf });
    expect(steps(planned)).toEqual([['create-route', 'www.example.com/*']]);
    expect(planned.dodged).toMatchObject([{ pattern: 'example.com/new/*' }]);
  });

  it('is completed with the script of its event where only part of the page is up', () => {
    const planned = planOne([route('example.com/*', OTHER_SCRIPT), route('example.com/new/*', 'shop')]);
    expect(planned).toMatchObject({ outcome: 'planned', eventId: OTHER_EVENT });
    expect(planned.note).toContain('only partly up');
    expect(planned.changes.map(({ pattern, script, after }) => [pattern, script, after?.script])).toEqual([
      ['example.com/new/*', OTHER_SCRIPT, OTHER_SCRIPT],
      ['www.example.com/*', OTHER_SCRIPT, OTHER_SCRIPT],
    ]);
  });

  it('is completed by the recorded event as long as any of its routes is left in the zone', () => {
    const elsewhere = route('blog.example.com/*', OTHER_SCRIPT);
    expect(planOne([elsewhere], { maintenance: up(OTHER_EVENT) }).eventId).toBe(OTHER_EVENT);
    expect(planOne([elsewhere], { maintenance: null }).eventId).toBe(EVENT);
  });

  it('is told by the route for its sub-domains, too, but not by that of one sub-domain', () => {
    const subdomains = { subdomains: true };
    expect(planOne([route('*.example.com/*', OTHER_SCRIPT)], subdomains).eventId).toBe(OTHER_EVENT);
    const blog = planOne([route('blog.example.com/*', OTHER_SCRIPT)], subdomains);
    expect(blog.eventId).toBe(EVENT);
    expect(steps(blog).map(([, pattern]) => pattern)).not.toContain('blog.example.com/*');
  });

  it('joins the new event where nothing of the recorded one is left', () => {
    expect(planOne([route('example.com/*')], { maintenance: up(OTHER_EVENT) })).toMatchObject({
      outcome: 'planned',
      eventId: EVENT,
      note: null,
    });
  });
});

describe('a zone that was not read', () => {
  it('fails its site with the reason, and no other', () => {
    const error = { code: 'permission-missing', message: 'The token may not.', hint: 'Ask.', ray: 'r' };
    const zones = [zoneView('a.example', [], { error }), zoneView('b.example', [])];
    const { sites } = plan([site('a.example'), site('b.example'), site('c.example')], zones);
    expect(sites.map(({ outcome, note, eventId }) => [outcome, note, eventId])).toEqual([
      ['failed', 'The token may not.', null],
      ['planned', null, EVENT],
      ['failed', 'The zone could not be read.', null],
    ]);
    expect(sites.map((each) => each.error ?? null)).toEqual([error, null, null]);
  });
});

describe('several sites', () => {
  it('are sorted by domain, each with the script that it is given', () => {
    const domains = ['c.example', 'a.example', 'b.example'];
    const planned = plan(
      domains.map((domain) => site(domain)),
      domains.map((domain) => zoneView(domain, [])),
      { scriptOf: ({ domain }) => `${SCRIPT}-${domain === 'a.example' ? 1 : 2}` },
    );
    expect(planned.sites.map(({ domain, changes }) => [domain, changes[0]?.script.slice(-2)])).toEqual([
      ['a.example', '-1'],
      ['b.example', '-2'],
      ['c.example', '-2'],
    ]);
  });

  it('change a route that they share once, for the first', () => {
    const shared = { zoneName: 'example.com', subdomains: true } as const;
    const sites = [site('www.example.com', shared), site('example.com', { subdomains: true })];
    const planned = plan(sites, [zoneView('example.com', [route('a.www.example.com/*')])]);
    expect(planned.sites.map((each) => [each.domain, steps(each).map(([, pattern]) => pattern)])).toEqual([
      ['example.com', ['*.example.com/*', 'a.www.example.com/*', 'example.com/*', 'www.example.com/*']],
      ['www.example.com', ['*.www.example.com/*']],
    ]);
  });

  it('leave nothing to do for one that others cover', () => {
    const sites = [site('example.com'), site('www.example.com', { zoneName: 'example.com' })];
    const [, www] = plan(sites, [zoneView('example.com', [])]).sites;
    expect(www).toMatchObject({ outcome: 'unchanged', eventId: null, changes: [] });
    expect(www?.note).toContain('covered by another site');
  });
});

describe('what routes do past the request limit', () => {
  const before = route('example.com/*', 'shop', { request_limit_fail_open: true });
  const flags = (fields: Partial<EnableInput>) =>
    planOne([before], {}, fields).changes.map(({ action, after }) => [
      action,
      after?.request_limit_fail_open,
    ]);

  it('stays what it is unless it is chosen', () => {
    expect(flags({})).toEqual([
      ['take-over-route', true],
      ['create-route', undefined],
    ]);
  });

  it.each([
    ['fail-open', true],
    ['fail-closed', false],
  ] as const)('is set on every route by %s', (choice, flag) => {
    expect(flags({ onLimitOf: () => choice })).toEqual([
      ['take-over-route', flag],
      ['create-route', flag],
    ]);
  });

  it('follows the event that a site is in', () => {
    const asked: string[] = [];
    const onLimitOf = (eventId: string) => {
      asked.push(eventId);
      return null;
    };
    planOne([route('example.com/*', OTHER_SCRIPT)], {}, { onLimitOf });
    expect(asked).toContain(eventOfScript(OTHER_SCRIPT));
  });
});

describe('warnings', () => {
  it.each([
    ['The zone is paused.', 'example.com: The zone is paused. Visitors will not see the page.'],
    [null, 'example.com: Its zone is not active. Visitors will not see the page.'],
  ])('name a site that is inactive: %s', (inactiveReason, warning) => {
    const paused = site('example.com', { active: false, inactiveReason });
    expect(plan([paused], [zoneView('example.com', [])]).warnings).toEqual([warning]);
  });
});

it('plans the same from the same, whatever the order of what was seen', () => {
  const routes = [
    route('example.com/*'),
    route('example.com/api/*', 'api'),
    route('www.example.com/x', null),
  ];
  const forward = planOne(routes);
  expect(planOne([...routes].reverse())).toEqual(forward);
  expect(JSON.parse(JSON.stringify(forward))).toEqual(forward);
});
