/** Edges that end with the test, and a look at the processes they have. */
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { type Edge, startEdge } from '../../../src/sandbox/edge/edge.js';
import type { SampleState } from './sample-state.js';

export async function start(sample: SampleState): Promise<{ edge: Edge; port: number; log: string[] }> {
  const log: string[] = [];
  const edge = await startEdge(sample.state, { host: '127.0.0.1', onLog: (line) => log.push(line) });
  onTestFinished(() => edge.close());
  return { edge, port: edge.port, log };
}

/** The processes of this name that this process has started. */
export function children(wanted: string): string[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,comm=']).toString().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(
      ([, ppid, stat, name]) => ppid === String(process.pid) && name === wanted && !stat?.startsWith('Z'),
    )
    .map(([pid]) => String(pid));
}
