/** What `discover` is given, and what it tells. */
import type { Environment } from '../model/vocabulary.js';
import type { TokenView } from './list-zones.js';

/** Fields that `discover` gives to sites that are new; sites that exist keep theirs. */
export interface DiscoverOptions {
  readonly accountId?: string;
  readonly dryRun?: boolean;
  readonly environment?: Environment;
  readonly project?: string;
  readonly tags?: readonly string[];
  readonly owner?: string;
  readonly actor: string;
}

export type DiscoverAction = 'created' | 'updated' | 'unchanged' | 'missing';

export interface DiscoverReport {
  readonly dryRun: boolean;
  readonly discovered: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly missing: number;
  /** What each token in use sees, and why one could not be asked. */
  readonly tokens: readonly TokenView[];
  readonly sites: readonly {
    readonly domain: string;
    readonly action: DiscoverAction;
    readonly zoneId: string;
    readonly accountId: string;
    /** Why it is inactive or what changed, or null. */
    readonly note: string | null;
  }[];
}
