/** The parts behind the command line; tests pass their own. */
import { realSystem, type System } from '../config.js';
import type { Maint, MaintOptions } from '../maint.js';
import type { Sandbox, SandboxOptions } from '../sandbox/sandbox.js';

export interface Services {
  readonly createMaint: (options: MaintOptions) => Promise<Maint>;
  readonly startSandbox: (options: SandboxOptions) => Promise<Sandbox>;
  readonly system: System;
}

/** The real ones, loaded when they are first used: a help text needs neither SQLite nor undici. */
export const realServices: Services = {
  createMaint: async (options) => (await import('../maint.js')).createMaint(options),
  startSandbox: async (options) => (await import('../sandbox/sandbox.js')).startSandbox(options),
  system: realSystem,
};
