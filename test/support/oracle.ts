/** What must be true of Cloudflare, told from the sandbox's own state and never from the database of `maint`. */
import type { SiteReport } from '../../src/maintenance/types.js';
import type { SandboxRoute } from '../../src/sandbox/state.js';
import type { RoutedWorld } from './routed-world.js';

const OURS = /^maint-/;

/** The routes that every zone should have in the end: as they were, but for what somebody else did since. */
export class Oracle {
  readonly #expected = new Map<string, Map<string, readonly (SandboxRoute | null)[]>>();
  readonly #rest: string;

  constructor(
    readonly world: RoutedWorld,
    readonly domains: readonly string[],
  ) {
    for (const domain of domains) {
      const routes = world.routes(domain).map((route) => [route.pattern, [structuredClone(route)]] as const);
      this.#expected.set(domain, new Map(routes));
    }
    this.#rest = this.#otherThanRoutes();
  }

  /**
   * Notes that somebody else left a pattern as it is now. Where `racing`, our own change of that route may have
   * been on its way: then what was expected before is right, too.
   */
  edited(domain: string, pattern: string, racing: boolean): void {
    const expected = this.#expected.get(domain);
    const now = structuredClone(this.world.route(domain, pattern) ?? null);
    const earlier = expected?.get(pattern) ?? [null];
    expected?.set(pattern, racing ? [now, ...earlier] : [now]);
  }

  /** Every difference between what is there and what should be, as sentences. */
  differences(): string[] {
    const found: string[] = [];
    for (const domain of this.domains) {
      const expected = this.#expected.get(domain) ?? new Map<string, readonly (SandboxRoute | null)[]>();
      const patterns = new Set([...expected.keys(), ...this.world.routes(domain).map((r) => r.pattern)]);
      for (const pattern of patterns) {
        const there = this.world.route(domain, pattern) ?? null;
        const wanted = expected.get(pattern) ?? [null];
        if (!wanted.some((route) => same(route, there))) {
          found.push(`${domain} ${pattern}: ${text(there)}, should be ${wanted.map(text).join(' or ')}`);
        }
      }
    }
    if (this.#otherThanRoutes() !== this.#rest) found.push('something else than routes is not as it was');
    return found;
  }

  /** Everything but routes: foreign scripts, DNS, settings; and no script of ours. */
  #otherThanRoutes(): string {
    const { zones, accounts } = this.world.sandbox.snapshot();
    const bare = Object.values(zones).map((zone) => ({ ...(zone as object), routes: [] }));
    return JSON.stringify([bare, accounts]);
  }
}

/** Scripts of ours that are left, and routes that point to them. */
export function leftovers({ sandbox }: RoutedWorld): string[] {
  const scripts = [...sandbox.state.scripts.values()].flatMap((byName) => [...byName.keys()]);
  const routes = [...sandbox.state.routes.values()].flat();
  return [
    ...scripts.filter((name) => OURS.test(name)).map((name) => `script ${name}`),
    ...routes.filter(({ script }) => OURS.test(script ?? '')).map(({ pattern }) => `route ${pattern}`),
  ];
}

/** Whether visitors of a site's apex and `www` meet the page on every URL; by the routes, in plain words. */
export function isCovered(world: RoutedWorld, domain: string): boolean {
  const hosts = [domain, `www.${domain}`];
  return hosts.every((host) => {
    const own = world.routes(domain).filter(({ pattern }) => pattern.split('/')[0] === host);
    return (
      own.some(({ pattern }) => pattern === `${host}/*`) && own.every(({ script }) => isLive(world, script))
    );
  });
}

function isLive(world: RoutedWorld, script: string | null): boolean {
  if (script === null || !OURS.test(script)) return false;
  return [...world.sandbox.state.scripts.values()].some((byName) => byName.has(script));
}

/** What a report says of a site that is not so. */
export function lies(
  world: RoutedWorld,
  before: ReadonlyMap<string, readonly SandboxRoute[]>,
  site: SiteReport,
): string[] {
  const { domain, outcome } = site;
  const ours = world.routes(domain).filter(({ script }) => OURS.test(script ?? ''));
  if (outcome === 'enabled' && !isCovered(world, domain)) return [`${domain} is called enabled, but is not`];
  if (outcome === 'disabled' && ours.length > 0) return [`${domain} is called disabled, but is not`];
  if (outcome !== 'failed' && outcome !== 'skipped') return [];
  const told = new Set(site.changes.map((change) => change.pattern));
  const changed = world
    .routes(domain)
    .filter((route) => !(before.get(domain) ?? []).some((old) => same(old, route)))
    .filter(({ pattern }) => !told.has(pattern));
  return changed.map(({ pattern }) => `${domain} is called ${outcome}, but ${pattern} was changed`);
}

function same(a: SandboxRoute | null, b: SandboxRoute | null): boolean {
  return text(a) === text(b);
}

function text(route: SandboxRoute | null): string {
  if (route === null) return 'nothing';
  return JSON.stringify(Object.entries(route).sort(([a], [b]) => (a < b ? -1 : 1)));
}
