import type { LogLevel } from './vocabulary.js';

/** One line of the audit trail: what was asked, refused, done or failed. Times are RFC 3339 UTC. */
export interface LogEntry {
  readonly id: number;
  readonly at: string;
  readonly level: LogLevel;
  /** `enable`, `disable`, `discover`, `site.edit`, `guard.refused`, or the action of a journal operation. */
  readonly action: string;
  readonly actor: string;
  readonly domain: string | null;
  readonly eventId: string | null;
  readonly runId: string | null;
  readonly message: string;
}

export interface LogFilter {
  readonly domains?: readonly string[];
  readonly eventId?: string;
  readonly action?: string;
  /** This level and the graver ones. */
  readonly level?: LogLevel;
  readonly since?: string;
  readonly until?: string;
  /** Only entries after this id of `LogEntry`, for following. */
  readonly afterId?: number;
  readonly limit?: number;
}
