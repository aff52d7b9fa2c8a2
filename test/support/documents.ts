/** The JSON documents of the command line's contract. More fields may be there; these must. */
import { expect } from 'vitest';
import { z } from 'zod';
import type { Run } from './run-maint.js';

const failure = z.looseObject({
  code: z.string().min(1),
  message: z.string().min(1),
  hint: z.string().nullable(),
  ray: z.string().nullable(),
});
const head = {
  schema: z.literal(1),
  command: z.string(),
  ok: z.boolean(),
  error: failure.nullable(),
};
const time = z.iso.datetime();

export const anyDocument = z.looseObject(head);

export const discoverDocument = z.looseObject({
  ...head,
  dryRun: z.boolean(),
  discovered: z.int(),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  missing: z.int(),
  sites: z.array(
    z.looseObject({
      domain: z.string(),
      action: z.enum(['created', 'updated', 'unchanged', 'missing']),
      zoneId: z.string(),
      accountId: z.string(),
    }),
  ),
});

export const siteFields = z.looseObject({
  domain: z.string(),
  name: z.string().nullable(),
  zoneId: z.string(),
  accountId: z.string(),
  environment: z.enum(['production', 'staging', 'development', 'testing']),
  project: z.string().nullable(),
  tags: z.array(z.string()),
  owner: z.string().nullable(),
  sharedWith: z.array(z.string()),
  groups: z.array(z.string()),
  hostnames: z.array(z.string()),
  status: z.enum(['active', 'inactive', 'maintenance', 'failing']),
  maintenance: z
    .looseObject({
      eventId: z.string(),
      kind: z.enum(['manual', 'monitor', 'scheduled']),
      reason: z.string().nullable(),
      message: z.string().nullable(),
      actor: z.string(),
      since: time,
      until: time.nullable(),
      autoEnd: z.boolean(),
      existingRoutes: z.enum(['take-over', 'keep', 'fail']),
    })
    .nullable(),
  health: z
    .looseObject({
      state: z.string(),
      checkedAt: time.nullable(),
      failures: z.int(),
      successes: z.int(),
    })
    .nullable(),
  createdAt: time,
  updatedAt: time,
});

export const listDocument = z.looseObject({ ...head, total: z.int(), sites: z.array(siteFields) });
export const siteDocument = z.looseObject({ ...head, site: siteFields });
export const changedDocument = z.looseObject({ ...head, changed: z.int(), sites: z.array(siteFields) });

const counts = z.record(z.string(), z.int());

export const statusDocument = z.looseObject({
  ...head,
  summary: z.looseObject({
    total: z.int(),
    byStatus: counts,
    byEnvironment: counts,
    byProject: counts,
  }),
  sites: z.array(
    z.looseObject({
      domain: z.string(),
      recorded: z.enum(['live', 'maintenance']),
      observed: z.enum(['live', 'maintenance', 'partial', 'unknown']),
      drift: z.boolean(),
      verified: z.boolean().nullable(),
      dodged: z.array(z.looseObject({ pattern: z.string() })),
      notes: z.array(z.string()),
    }),
  ),
});

/** Of `enable`, `disable` and `resume`. */
export const runDocument = z.looseObject({
  ...head,
  dryRun: z.boolean(),
  eventId: z.string().nullable(),
  summary: z.looseObject({
    selected: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    failed: z.int(),
    unknown: z.int(),
  }),
  requests: z.int(),
  durationMs: z.number(),
  sites: z.array(
    z.looseObject({
      domain: z.string(),
      outcome: z.enum([
        'enabled',
        'disabled',
        'planned',
        'unchanged',
        'failed',
        'unknown',
        'skipped',
        'conflict',
      ]),
      verified: z.boolean().nullable(),
      changes: z.array(
        z.looseObject({
          action: z.enum(['create-route', 'take-over-route', 'restore-route', 'delete-route']),
          pattern: z.string(),
          before: z.string().nullable(),
          after: z.string().nullable(),
        }),
      ),
      dodged: z.array(z.looseObject({ pattern: z.string() })),
      note: z.string().nullable(),
      error: failure.nullable(),
    }),
  ),
});

export const bypassDocument = z.looseObject({
  ...head,
  domain: z.string(),
  url: z.url(),
  header: z.object({ name: z.literal('x-maint-bypass'), value: z.string().min(16) }),
  expiresAt: time.nullable(),
});

/** The one document on stdout, checked; `ok`, `error` and the exit code must agree. */
export function documentOf<T extends z.ZodType<z.infer<typeof anyDocument>>>(
  run: Pick<Run, 'code' | 'stdout'>,
  shape: T,
): z.infer<T> {
  const document = shape.parse(JSON.parse(run.stdout));
  expect(document.ok).toBe(document.error === null);
  expect(run.stdout.endsWith('}\n')).toBe(true);
  // 10 alone is a success with something to tell.
  expect(run.code === 0 || run.code === 10 || !document.ok).toBe(true);
  if (run.code === 0) expect(document.ok).toBe(true);
  return document;
}

/** Of `setup` and `teardown`. */
export const setupDocument = z.looseObject({
  ...head,
  domain: z.string(),
  dryRun: z.boolean(),
  success: z.boolean(),
  durationMs: z.number(),
  steps: z.array(
    z.looseObject({
      name: z.string(),
      status: z.enum(['ok', 'changed', 'suggested', 'skipped', 'failed']),
      message: z.string(),
      details: z.array(z.string()),
      durationMs: z.number(),
    }),
  ),
});
