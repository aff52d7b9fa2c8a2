/** What setup works with in a test: a sandbox's API, and an edge that is played from the sandbox's state. */
import type { Config } from '../../src/config.js';
import type { Engine } from '../../src/maintenance/engine.js';
import { setupParts } from '../../src/open-setup.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import type { OriginTls, SetupParts } from '../../src/setup/setup-types.js';

export interface PlayedWorld {
  /** How the origin behind an address answers a TLS handshake; by default it speaks none. */
  readonly tls?: (address: string, servername: string) => OriginTls;
  /** Overrides what the edge answers. */
  readonly edge?: (url: string) => { status: number | null; eventId: string | null } | null;
  /** Whether a URL answers a health check well; by default each does. */
  readonly healthy?: (url: string) => boolean;
}

export function playedParts(sandbox: Sandbox, engine: Engine, world: PlayedWorld = {}): SetupParts {
  const { tls = () => 'none', edge = () => null, healthy = () => true } = world;
  const parts = setupParts({
    config: { connectTo: null } as Config,
    engine,
    tokens: () => [{ name: null, open: () => engine.cloudflare('') }],
    monitoring: {
      tryOnce: async (_domain, { url }) => ({
        targetId: 0,
        at: engine.clock().toISOString(),
        verdict: healthy(url) ? 'success' : 'failure',
        statusCode: healthy(url) ? 200 : 404,
        error: healthy(url) ? null : 'http',
        detail: healthy(url) ? null : 'not found',
        connectMs: 1,
        firstByteMs: 2,
        totalMs: 10,
      }),
    },
  });
  return {
    ...parts,
    probe: async (url) => edge(url) ?? answerOf(sandbox, new URL(url)),
    verifyDeadlineMs: 30_000,
    lookAtOrigin: async (address, servername) => tls(address, servername),
  };
}

/** A rehearsal's Worker answers where a route leads to it, else the origin does. */
function answerOf({ state }: Sandbox, { host, pathname }: URL) {
  const routes = [...state.routes.values()].flat();
  const route = routes.find(({ pattern }) => `${host}${pathname}`.startsWith(pattern.replace(/\*$/, '')));
  if (route?.script?.startsWith('maint-rehearsal-')) {
    return { status: 204, eventId: pathname.split('/').at(-1) ?? null };
  }
  return { status: 200, eventId: null };
}
