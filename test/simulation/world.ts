/** What really happens in the simulated time: sites that fail, networks that go, storms, clocks that jump. */
import { type Span, Timeline } from './timeline.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

export type Random = () => number;

export interface World {
  /** Of each site: when it does not work. */
  readonly outages: readonly Timeline[];
  /** When the monitor's own network is gone. */
  readonly networkGone: Timeline;
  /** When Cloudflare's API refuses to change anything. */
  readonly apiGone: Timeline;
  /** When nobody runs the monitor: missed cron runs, a suspended machine. */
  readonly asleep: Timeline;
  /** Where the wall clock is set forward or back. */
  readonly jumps: readonly { readonly at: number; readonly ms: number }[];
  readonly storms: readonly Span[];
}

/** So many of each in a year; shorter spans of time get their part, and at least one. */
const A_YEAR = { storms: 40, networkOutages: 60, apiOutages: 25, sleeps: 25, jumps: 12 };
/** Of each site in a year. */
const SITE_A_YEAR = { outages: 12, blips: 40, flapping: 0.4 };

/** @param trouble how many times as often a site fails: short spans of time would see little else */
export function makeWorld(random: Random, sites: number, lengthMs: number, trouble: number): World {
  const tell = teller(random, lengthMs);
  const storms = tell.spans(A_YEAR.storms, 4 * MINUTE, 3 * HOUR).map((span) => {
    const share = 0.2 + 0.8 * random();
    return { span, hit: Array.from({ length: sites }, () => random() < share) };
  });
  const outages = Array.from({ length: sites }, (_, site) => {
    const shared = storms.filter(({ hit }) => hit[site]).map(({ span }) => ragged(span, random));
    const own = [
      ...tell.some(trouble * SITE_A_YEAR.outages, 3 * MINUTE, 10 * HOUR),
      ...tell.some(trouble * SITE_A_YEAR.blips, 5_000, 3 * MINUTE),
      ...tell.some(trouble * SITE_A_YEAR.flapping, HOUR, 4 * HOUR).flatMap((span) => flaps(span, random)),
    ];
    return new Timeline([...own, ...shared]);
  });
  return {
    outages,
    networkGone: new Timeline(tell.spans(A_YEAR.networkOutages, 30_000, 6 * HOUR)),
    apiGone: new Timeline(tell.spans(A_YEAR.apiOutages, MINUTE, 2 * HOUR)),
    asleep: new Timeline(tell.spans(A_YEAR.sleeps, 3 * MINUTE, 12 * HOUR)),
    jumps: tell
      .spans(A_YEAR.jumps, 1, 2)
      .map(({ from }) => ({ at: from, ms: Math.round((random() * 50 - 25) * HOUR) }))
      .sort((a, b) => a.at - b.at),
    storms: storms.map(({ span }) => span),
  };
}

/** Spans at random moments, their length spread evenly over orders of magnitude. */
function teller(random: Random, lengthMs: number) {
  const span = (shortest: number, longest: number): Span => {
    const from = random() * lengthMs;
    return { from, to: from + shortest * (longest / shortest) ** random() };
  };
  const make = (count: number, shortest: number, longest: number) =>
    Array.from({ length: count }, () => span(shortest, longest));
  const expected = (aYear: number) => (aYear * lengthMs) / YEAR;
  return {
    spans: (aYear: number, shortest: number, longest: number) =>
      make(Math.max(1, Math.round(expected(aYear))), shortest, longest),
    some: (aYear: number, shortest: number, longest: number) =>
      make(Math.floor(expected(aYear) + random()), shortest, longest),
  };
}

/** The end of a storm does not reach all sites at the same moment. */
function ragged({ from, to }: Span, random: Random): Span {
  return { from, to: to + random() * Math.min(10 * MINUTE, to - from) };
}

/** Down and up again, time after time. */
function flaps({ from, to }: Span, random: Random): Span[] {
  const spans: Span[] = [];
  for (let at = from; at < to; ) {
    const down = (3 + 4 * random()) * MINUTE;
    spans.push({ from: at, to: at + down });
    at += down + (2 + 3 * random()) * MINUTE;
  }
  return spans;
}
