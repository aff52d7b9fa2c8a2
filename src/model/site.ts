import type { Environment, ExistingRoutes, Role, SiteState } from './vocabulary.js';

/** A domain that `maint` manages, with what the catalogue knows of it. Times are RFC 3339 UTC. */
export interface Site {
  readonly id: number;
  readonly domain: string;
  readonly name: string | null;
  readonly zoneId: string;
  /** The zone's own name; differs from `domain` where the site is a sub-domain. */
  readonly zoneName: string;
  readonly accountId: string;
  readonly environment: Environment;
  readonly project: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly shares: readonly Share[];
  readonly groups: readonly string[];
  /** What a person set with `--set-hostname`; null means the default. */
  readonly ownHostnames: readonly string[] | null;
  /** Whether the page also covers `*.domain`. */
  readonly subdomains: boolean;
  /** False where the zone is gone, paused or not active at Cloudflare. */
  readonly active: boolean;
  /** Why it is inactive, in a few words, or null. */
  readonly inactiveReason: string | null;
  /** The name of the token that serves it; null where it is not bound to one. */
  readonly token: string | null;
  /** The zone's plan as Cloudflare names it (`free`, `pro` …); null until `discover` has seen it. */
  readonly plan: string | null;
  readonly state: SiteState;
  readonly maintenance: SiteMaintenance | null;
  readonly health: SiteHealth | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Share {
  readonly user: string;
  readonly role: Role;
}

/** The event that a site is in, as recorded here. */
export interface SiteMaintenance {
  readonly eventId: string;
  readonly kind: string;
  readonly reason: string | null;
  readonly message: string | null;
  readonly actor: string;
  readonly since: string;
  readonly until: string | null;
  /** Whether the Worker lets traffic through by itself after `until`. */
  readonly autoEnd: boolean;
  readonly existingRoutes: ExistingRoutes;
}

export interface SiteHealth {
  readonly state: string;
  readonly checkedAt: string | null;
  readonly failures: number;
  readonly successes: number;
}

/** The hostnames that a page covers: what a person set, else the domain and, for the apex of a zone, `www`. */
export function hostnamesOf(site: Pick<Site, 'domain' | 'zoneName' | 'ownHostnames'>): readonly string[] {
  if (site.ownHostnames !== null) return site.ownHostnames;
  return site.domain === site.zoneName ? [site.domain, `www.${site.domain}`] : [site.domain];
}

/** The route patterns that cover a site: each hostname whole, and `*.domain` where it asks for sub-domains. */
export function coveringPatterns(
  site: Pick<Site, 'domain' | 'zoneName' | 'ownHostnames' | 'subdomains'>,
): readonly string[] {
  const exact = hostnamesOf(site).map((host) => `${host}/*`);
  return site.subdomains ? [...exact, `*.${site.domain}/*`] : exact;
}
