/** What flow tests of the monitor do over and over: a target, an origin that changes, a pass over all. */
import { expect } from 'vitest';
import type { OriginBehaviour } from '../../src/sandbox/state.js';
import type { Bench } from './bench.js';

export interface PassDocument {
  readonly checked: number;
  readonly held: string | null;
  readonly network: boolean | null;
  readonly checks: readonly Readonly<Record<string, unknown>>[];
  readonly actions: readonly { domain: string; action: string; outcome: string; eventId: string | null }[];
  readonly alreadyRunning: { readonly pid: number } | null;
}

/** One pass over every target, as cron would start it. */
export async function pass(
  bench: Bench,
  ...more: string[]
): Promise<PassDocument & { readonly code: number }> {
  const { code, stdout } = await bench.maint('monitor', '--once', '--now', '--json', ...more);
  return { ...(JSON.parse(stdout) as PassDocument), code };
}

export async function addTarget(bench: Bench, domain: string, ...more: string[]): Promise<void> {
  const run = await bench.maint('target', 'add', domain, '--no-try', ...more, '--json');
  expect([run.code, run.stderr]).toEqual([0, '']);
}

export async function setOrigin(bench: Bench, domain: string, behaviour: OriginBehaviour): Promise<void> {
  bench.sandbox.state.origins.set(domain, behaviour);
  await bench.sandbox.changed();
}
