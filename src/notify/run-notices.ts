/** What a person's command did → what is to be told of it. */
import type { Notice, NoticeType } from '../model/notice.js';

/** What is needed of a report. */
export interface ReportedRun {
  readonly eventId: string | null;
  readonly sites: readonly {
    readonly domain: string;
    readonly outcome: string;
    readonly error: { readonly message: string } | null;
  }[];
}

const TYPES: Readonly<Record<string, NoticeType>> = {
  enabled: 'enabled',
  disabled: 'disabled',
  failed: 'failed',
  unknown: 'failed',
  conflict: 'failed',
};

/** One notice for each kind of outcome; sites at which nothing changed are not told of. */
export function noticesOfRun(
  run: ReportedRun,
  by: { readonly actor: string; readonly at: string; readonly reason: string | null },
): Notice[] {
  const types = [...new Set(run.sites.flatMap(({ outcome }) => TYPES[outcome] ?? []))];
  return types.map((type) => ({
    type,
    at: by.at,
    actor: by.actor,
    manual: true,
    eventId: run.eventId,
    sites: run.sites
      .filter(({ outcome }) => TYPES[outcome] === type)
      .map(({ domain, error }) => ({ domain, reason: error?.message ?? by.reason ?? '' })),
  }));
}
