/** What the monitor did and where the targets stand, as metrics. */
import type { Target } from '../model/target.js';
import type { MonitorPass, PassCheck } from '../monitoring/types.js';
import type { Store } from '../store/store.js';
import { type Family, type Sample, textFormat } from './text-format.js';

export interface MonitorMetrics {
  /** Counts what a pass did. */
  observe(pass: MonitorPass): void;
  /** Everything as text, with the standings of now. */
  text(): string;
}

/** Upper ends of the histogram's buckets, in seconds. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

interface Tally {
  readonly checks: Map<string, number>;
  readonly errors: Map<string, number>;
  readonly actions: Map<string, number>;
  readonly buckets: number[];
  /** Of each target, as seen by this process. */
  readonly lastSeconds: Map<number, number>;
  seconds: number;
  passes: number;
  holds: number;
  held: boolean;
  /** Null before anybody asked the witnesses. */
  network: boolean | null;
  lastPassAt: string | null;
}

/** Counters start at zero with the process, as Prometheus expects of them. */
export function monitorMetrics(store: Pick<Store, 'targets' | 'events' | 'outbox'>): MonitorMetrics {
  const tally: Tally = {
    checks: new Map(['success', 'failure', 'excused'].map((verdict) => [verdict, 0])),
    errors: new Map(),
    actions: new Map(),
    buckets: BUCKETS.map(() => 0),
    lastSeconds: new Map(),
    seconds: 0,
    passes: 0,
    holds: 0,
    held: false,
    network: null,
    lastPassAt: null,
  };
  return {
    observe: (pass) => count(tally, pass),
    text: () => {
      const targets = store.targets.list();
      const covered = new Set(store.events.openSites().map(({ domain }) => domain));
      const gauges = [
        gauge('maint_sites_in_maintenance', 'Sites with a maintenance page, as recorded.', covered.size),
        labelled(
          'maint_notices_waiting',
          'Notices that are not sent yet, by channel.',
          store.outbox.backlog().map(({ channel, waiting }) => ({ labels: { channel }, value: waiting })),
        ),
      ];
      return textFormat([...countsOf(tally), ...gauges, ...standings(targets, tally)]);
    },
  };
}

function count(tally: Tally, pass: MonitorPass): void {
  tally.passes += 1;
  tally.lastPassAt = pass.at;
  tally.held = pass.held !== null;
  if (pass.held !== null) tally.holds += 1;
  tally.network = pass.network ?? tally.network;
  for (const check of pass.checks) countCheck(tally, check);
  for (const { action, outcome } of pass.actions) raise(tally.actions, `${action} ${outcome}`);
}

function countCheck(tally: Tally, { verdict, error, responseTimeMs, targetId }: PassCheck): void {
  const seconds = responseTimeMs / 1_000;
  raise(tally.checks, verdict);
  if (error !== null) raise(tally.errors, error);
  BUCKETS.forEach((end, index) => {
    if (seconds <= end) tally.buckets[index] = (tally.buckets[index] ?? 0) + 1;
  });
  tally.seconds += seconds;
  tally.lastSeconds.set(targetId, seconds);
}

function raise(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countsOf(tally: Tally): Family[] {
  const total = [...tally.checks.values()].reduce((sum, value) => sum + value, 0);
  const buckets: Sample[] = BUCKETS.map((end, index) => ({
    suffix: '_bucket',
    labels: { le: String(end) },
    value: tally.buckets[index] ?? 0,
  }));
  const at = tally.lastPassAt === null ? [] : [Date.parse(tally.lastPassAt) / 1_000];
  return [
    counter('maint_passes_total', 'Passes of the monitor.', [{ value: tally.passes }]),
    labelled(
      'maint_last_pass_timestamp_seconds',
      'When the last pass began.',
      at.map((value) => ({ value })),
    ),
    counter(
      'maint_checks_total',
      'Checks by verdict; excused ones prove nothing.',
      byLabel(tally.checks, 'verdict'),
    ),
    counter(
      'maint_check_errors_total',
      'Checks that saw something wrong, by kind.',
      byLabel(tally.errors, 'error'),
    ),
    {
      name: 'maint_check_duration_seconds',
      help: 'How long checks took.',
      type: 'histogram',
      samples: [
        ...buckets,
        { suffix: '_bucket', labels: { le: '+Inf' }, value: total },
        { suffix: '_sum', value: tally.seconds },
        { suffix: '_count', value: total },
      ],
    },
    counter(
      'maint_actions_total',
      'What the monitor did to sites, or was kept from doing.',
      actionSamples(tally),
    ),
    counter('maint_holds_total', 'Passes in which nothing was enabled because too many sites failed.', [
      { value: tally.holds },
    ]),
    gauge('maint_held', '1 where the last pass was held back.', Number(tally.held)),
    labelled(
      'maint_network_up',
      "1 where this machine's own network was proven when last in doubt.",
      tally.network === null ? [] : [{ value: Number(tally.network) }],
    ),
  ];
}

function actionSamples({ actions }: Tally): Sample[] {
  return [...actions].map(([key, value]) => {
    const [action = '', outcome = ''] = key.split(' ');
    return { labels: { action, outcome }, value };
  });
}

function standings(targets: readonly Target[], { lastSeconds }: Tally): Family[] {
  const each = (value: (target: Target) => number | null): Sample[] =>
    targets.flatMap((target) => {
      const found = value(target);
      return found === null ? [] : [{ labels: labelsOf(target), value: found }];
    });
  const up = ({ standing: { state } }: Target) =>
    state === 'unknown' ? null : Number(state === 'up' || state === 'suspect');
  return [
    labelled('maint_target_up', '1 where a target is up, 0 from down until it is up again.', each(up)),
    labelled(
      'maint_target_failures',
      'Failures in a row.',
      each(({ standing }) => standing.failures),
    ),
    labelled(
      'maint_target_checked_timestamp_seconds',
      'When it was last checked.',
      each(({ standing }) => (standing.checkedAt === null ? null : Date.parse(standing.checkedAt) / 1_000)),
    ),
    labelled(
      'maint_target_response_seconds',
      'How long its last check by this process took.',
      each(({ id }) => lastSeconds.get(id) ?? null),
    ),
  ];
}

/** The URL goes without its query, which may hold a secret. */
function labelsOf({ id, domain, url }: Target): Readonly<Record<string, string>> {
  return { target: String(id), domain, url: url.replace(/\?.*$/, '') };
}

function byLabel(counts: ReadonlyMap<string, number>, label: string): Sample[] {
  return [...counts].map(([key, value]) => ({ labels: { [label]: key }, value }));
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'counter', samples };
}

function gauge(name: string, help: string, value: number): Family {
  return labelled(name, help, [{ value }]);
}

function labelled(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'gauge', samples };
}
