/** What every endpoint may touch: the state, the clock, ids, and the answers that can be chosen. */
import { createHash } from 'node:crypto';
import type { SandboxScript, SandboxState } from '../state.js';
import { ReadLag } from './read-lag.js';

/** Where Cloudflare's behaviour is not published, or differs by plan, the choice is made here. */
export interface WorldChoices {
  /** Whether PUT of a route without `request_limit_fail_open` (or any other field) resets it. */
  resetFailOpenOnPut: boolean;
  /** Decides how many scripts (100 or 500) and variables (64 or 128) fit. Source: Workers limits page. */
  workersPlan: 'free' | 'paid';
  /** How far lists of routes and scripts trail behind writes, in milliseconds. */
  listLagMs: number;
}

export interface World {
  state: SandboxState;
  choices: WorldChoices;
  now: () => number;
  /** Current time as RFC 3339 with microseconds, as Cloudflare writes it. */
  timestamp: () => string;
  /** A new identifier of 32 hex digits; the same sequence in every sandbox. */
  newId: () => string;
  /** Must be called after every change of routes, scripts, zones, DNS or origins. */
  changed: () => void;
  lag: ReadLag;
  /** Says why a script cannot run; null where it can, or where there is no workerd to try it. */
  validateScript: (script: SandboxScript) => Promise<string | null>;
  log: (line: string) => void;
}

export function createWorld(
  state: SandboxState,
  choices: WorldChoices,
  now: () => number,
  log: (line: string) => void,
): World {
  const lag = new ReadLag(choices.listLagMs, now);
  let issued = 0;
  return {
    state,
    choices,
    now,
    timestamp: () => new Date(now()).toISOString().replace('Z', '000Z'),
    newId: () => hexId(`sandbox object ${++issued}`),
    changed: () => {
      state.revision += 1;
      lag.remember(state);
    },
    lag,
    validateScript: async () => null,
    log,
  };
}

/** 32 hex digits that depend on the seed alone. */
export function hexId(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}
