/** Columns that hold JSON: written by `JSON.stringify`, read back through zod so that no row is trusted. */
import * as z from 'zod';
import type { ErrorReport } from '../model/errors.js';
import { NOTICE_TYPES, type Notice } from '../model/notice.js';
import type { Route } from '../model/route.js';
import type { Share, SiteHealth, SiteMaintenance } from '../model/site.js';
import { ExistingRoutes, Role } from '../model/vocabulary.js';
import { UnreadableRow } from './sqlite-errors.js';

const texts: z.ZodType<string[]> = z.array(z.string());
const shares: z.ZodType<Share[]> = z.array(z.object({ user: z.string(), role: Role }));

const maintenance: z.ZodType<SiteMaintenance> = z.object({
  eventId: z.string(),
  kind: z.string(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  actor: z.string(),
  since: z.string(),
  until: z.string().nullable(),
  autoEnd: z.boolean(),
  existingRoutes: ExistingRoutes,
});

const health: z.ZodType<SiteHealth> = z.object({
  state: z.string(),
  checkedAt: z.string().nullable(),
  failures: z.number(),
  successes: z.number(),
});

/** Loose: fields that we do not know are part of what a restore must write back. */
const route = z.looseObject({
  id: z.string(),
  pattern: z.string(),
  script: z.string().nullable(),
  request_limit_fail_open: z.boolean().optional(),
});

const errorReport: z.ZodType<ErrorReport> = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  ray: z.string().nullable(),
});

const notice: z.ZodType<Notice> = z.object({
  type: z.enum(NOTICE_TYPES),
  at: z.string(),
  sites: z.array(z.object({ domain: z.string(), reason: z.string() })),
  eventId: z.string().nullable(),
  actor: z.string(),
  manual: z.boolean(),
});

const headers: z.ZodType<Record<string, string>> = z.record(z.string(), z.string());
const ranges: z.ZodType<[number, number][]> = z.array(z.tuple([z.number(), z.number()]));

export const readHeaders = remembering((json): Readonly<Record<string, string>> => read(headers, json));
export const readRanges = remembering((json): readonly (readonly [number, number])[] => read(ranges, json));
export const readNotice = (json: string): Notice => read(notice, json);
export const readTexts = (json: string): readonly string[] => read(texts, json);
export const readShares = (json: string): readonly Share[] => read(shares, json);
export const readMaintenance = orNull((json): SiteMaintenance => read(maintenance, json));
export const readHealth = orNull((json): SiteHealth => read(health, json));
export const readRoute = orNull((json): Route => read(route, json) as Route);
export const readError = orNull((json): ErrorReport => read(errorReport, json));

export function writeJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** Thousands of targets hold the same few texts, and are read each minute. */
function remembering<T>(reader: (json: string) => T): (json: string) => T {
  const known = new Map<string, T>();
  return (json) => {
    const found = known.get(json);
    if (found !== undefined) return found;
    const value = reader(json);
    if (known.size < 1_000) known.set(json, value);
    return value;
  };
}

function orNull<T>(reader: (json: string) => T): (json: string | null) => T | null {
  return (json) => (json === null ? null : reader(json));
}

function read<T>(schema: z.ZodType<T>, json: string): T {
  try {
    return schema.parse(JSON.parse(json));
  } catch (error) {
    throw new UnreadableRow('a row does not hold the JSON that belongs there', { cause: error });
  }
}
