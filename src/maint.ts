/** The composition root: the only place where store, Cloudflare client, engine and clock meet. */
import type { Config } from './config.js';
import type {
  BypassLink,
  DisableOptions,
  EnableOptions,
  Prepared,
  RunReport,
  StatusReport,
} from './maintenance/types.js';
import type { DisablePlan, EnablePlan } from './model/plan.js';
import type { OnProgress } from './model/progress.js';
import type { Site } from './model/site.js';
import type { DiscoverOptions, DiscoverReport } from './setup/types.js';
import type { Store } from './store/store.js';

export interface MaintOptions extends Partial<Config> {
  /** Opens the store for reading only, as dry runs do. */
  readonly readonly?: boolean;
  /** Soft stop: nothing new is begun once it fires. */
  readonly stop?: AbortSignal;
  /** Hard stop: requests under way are cut. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** A line for each HTTP exchange, without secrets. */
  readonly onTrace?: (line: string) => void;
}

/** What the command line and library users drive. */
export interface Maint {
  readonly store: Store;
  readonly config: Config;
  discover(options: DiscoverOptions): Promise<DiscoverReport>;
  prepareEnable(sites: readonly Site[], options: EnableOptions): Promise<Prepared<EnablePlan>>;
  prepareDisable(sites: readonly Site[], options: DisableOptions): Promise<Prepared<DisablePlan>>;
  status(
    sites: readonly Site[],
    options: { readonly offline?: boolean; readonly verify?: boolean },
  ): Promise<StatusReport>;
  /** Finishes or undoes what interrupted runs left; of one event, or of all. */
  resume(options: DisableOptions & { readonly eventId?: string }): Promise<RunReport>;
  /** Rebuilds events from Cloudflare; returns the events that were rebuilt and those already known. */
  recover(options: { readonly actor: string; readonly accountId?: string }): Promise<{
    readonly events: readonly {
      readonly id: string;
      readonly known: boolean;
      readonly domains: readonly string[];
    }[];
    readonly warnings: readonly string[];
  }>;
  bypass(domain: string): Promise<BypassLink>;
  /** Adds a domain by hand: finds its zone by the longest matching suffix. */
  addSite(domain: string, options: DiscoverOptions): Promise<Site>;
  close(): Promise<void>;
}
