import type { ErrorReport } from './errors.js';
import type { Route } from './route.js';

/** Every kind of change that `maint` makes at Cloudflare for an event. */
export const OPERATION_ACTIONS = [
  'upload-script',
  'disable-subdomain',
  'create-route',
  'take-over-route',
  'restore-route',
  'delete-route',
  'delete-script',
] as const;
export type OperationAction = (typeof OPERATION_ACTIONS)[number];

/**
 * `intended`: committed before the request left; found later, the run died in between.
 * `failed`: known not to have happened. `unknown`: the answer was lost and could not be read back.
 */
export type OperationState = 'intended' | 'done' | 'failed' | 'unknown';

/** One change to Cloudflare as the journal keeps it. */
export interface Operation {
  readonly id: number;
  readonly runId: string;
  readonly eventId: string | null;
  readonly accountId: string;
  readonly zoneId: string | null;
  readonly domain: string | null;
  readonly action: OperationAction;
  /** The route's pattern, or the script's name. */
  readonly subject: string;
  readonly before: Route | null;
  readonly after: Route | null;
  readonly state: OperationState;
  readonly actor: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly error: ErrorReport | null;
}

/** An operation that is about to be made. */
export type Intention = Omit<Operation, 'id' | 'state' | 'finishedAt' | 'error'>;
