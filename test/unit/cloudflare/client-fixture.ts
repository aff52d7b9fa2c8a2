/** A client with a virtual clock and a ledger in memory. */

import type { CloudflareApi } from '../../../src/cloudflare/api.js';
import { type CloudflareOptions, createCloudflare, type HttpTrace } from '../../../src/cloudflare/client.js';
import type { BudgetLedger } from '../../../src/model/budget.js';
import { type ScriptedServer, startScriptedServer } from './scripted-server.js';

export const TOKEN = 'canary0123456789canary0123456789canary01';

export interface VirtualClock {
  readonly sleeps: number[];
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Time that passes only in sleeps, and then at once. */
export function createVirtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let passed = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => start + passed,
    monotonic: () => passed,
    async sleep(ms) {
      sleeps.push(ms);
      const due = passed + ms;
      await new Promise((resolve) => setImmediate(resolve));
      passed = Math.max(passed, due);
    },
  };
}

export interface MemoryLedger extends BudgetLedger {
  readonly blocks: number[];
}

export function createMemoryLedger(): MemoryLedger {
  const taken: number[] = [];
  const blocks: number[] = [];
  const inWindow = (now: number) => taken.filter((at) => at > now - 300_000);
  return {
    blocks,
    take(_bucket, now, limit) {
      const blocked = Math.max(0, ...blocks) - now;
      if (blocked > 0) return blocked;
      const recent = inWindow(now);
      if (recent.length >= limit) return (recent[recent.length - limit] ?? now) + 300_000 - now;
      taken.push(now);
      return 0;
    },
    block(_bucket, until) {
      blocks.push(until);
    },
    used: (_bucket, now) => inWindow(now).length,
  };
}

export interface Fixture extends AsyncDisposable {
  readonly api: CloudflareApi;
  readonly server: ScriptedServer;
  readonly clock: VirtualClock;
  readonly ledger: MemoryLedger;
  readonly traces: readonly HttpTrace[];
  readonly waits: readonly (readonly [string, number])[];
}

export async function createFixture(options: Partial<CloudflareOptions> = {}): Promise<Fixture> {
  const server = await startScriptedServer();
  const clock = createVirtualClock();
  const ledger = createMemoryLedger();
  const traces: HttpTrace[] = [];
  const waits: [string, number][] = [];
  const api = createCloudflare({
    token: TOKEN,
    baseUrl: `${server.url}/client/v4`,
    budget: ledger,
    maxWaitMs: 600_000,
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: clock.sleep,
    random: () => 0.5,
    onTrace: (line) => traces.push(line),
    onWait: (reason, ms) => waits.push([reason, ms]),
    userAgent: 'maint/test',
    ...options,
  });
  return {
    api,
    server,
    clock,
    ledger,
    traces,
    waits,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await api.close();
    },
  };
}

/** What a call is rejected with; fails where it is not. */
export async function rejection(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}

export function zone(number: number): Record<string, unknown> {
  const id = number.toString(16).padStart(32, '0');
  const account = { id: 'a'.repeat(32), name: 'Agency' };
  return { id, name: `site-${number}.example`, status: 'active', paused: false, type: 'full', account };
}

export const ZONE = '0123456789abcdef0123456789abcdef';
export const ACCOUNT = 'a'.repeat(32);
