/** The closed sets of words that flags, tables and JSON share. */
import * as z from 'zod';

export const ENVIRONMENTS = ['production', 'staging', 'development', 'testing'] as const;
export const Environment = z.enum(ENVIRONMENTS);
export type Environment = z.infer<typeof Environment>;

/** What `list` calls the status of a site; computed, the first that is true in this order wins. */
export const SITE_STATES = ['inactive', 'maintenance', 'failing', 'active'] as const;
export const SiteState = z.enum(SITE_STATES);
export type SiteState = z.infer<typeof SiteState>;

export const EVENT_KINDS = ['manual', 'monitor', 'scheduled'] as const;
export const EventKind = z.enum(EVENT_KINDS);
export type EventKind = z.infer<typeof EventKind>;

export const ROLES = ['viewer', 'operator', 'owner'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** How a run ended for one site, as `enable` and `disable` report it. */
export const OUTCOMES = [
  'enabled',
  'disabled',
  'planned',
  'unchanged',
  'failed',
  'unknown',
  'skipped',
  'conflict',
] as const;
export const Outcome = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof Outcome>;

/** What to do with routes of others that would dodge the page. */
export const EXISTING_ROUTES = ['take-over', 'keep', 'fail'] as const;
export const ExistingRoutes = z.enum(EXISTING_ROUTES);
export type ExistingRoutes = z.infer<typeof ExistingRoutes>;

/** What a route does once a Workers Free account has used up its requests of the day: let visitors through, or not. */
export const ON_LIMIT = ['fail-open', 'fail-closed'] as const;
export const OnLimit = z.enum(ON_LIMIT);
export type OnLimit = z.infer<typeof OnLimit>;

export const LOG_LEVELS = ['info', 'warning', 'error'] as const;
export const LogLevel = z.enum(LOG_LEVELS);
export type LogLevel = z.infer<typeof LogLevel>;
