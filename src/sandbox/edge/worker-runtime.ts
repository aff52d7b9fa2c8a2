/** Runs uploaded scripts: a workerd for each one that is visited, replaced when the script has changed. */
import type { SandboxState } from '../state.js';
import { startScript, withBoundScripts } from './start-script.js';
import { type StartProcess, WorkerSlot } from './worker-slot.js';
import { renderConfig } from './workerd-config.js';

export interface WorkerRuntime {
  /**
   * Calls `use` with the loopback port at which a script of an account answers, as the state has it now. A
   * script that is new or has changed starts first, which takes about 50 ms; requests that its former
   * process is still answering are finished there. Where there is no such script, or it cannot start, the
   * port answers every request with a crash.
   */
  run<T>(accountId: string, script: string, use: (port: number) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Scripts beyond this stop running, those unused the longest first. Each takes 10 to 20 MB of memory. */
const MAX_RUNNING = 32;

/** @param originPort loopback port to which every `fetch()` of a Worker goes */
export function createWorkerRuntime(
  state: SandboxState,
  originPort: number,
  onLog: (line: string) => void,
): WorkerRuntime {
  /** Account and script → slot, the one used last at the end. */
  const slots = new Map<string, WorkerSlot>();
  const ending = new Set<Promise<void>>();
  const prepare = createPrepare(state, originPort, onLog);

  const makeRoom = () => {
    for (const [key, slot] of slots) {
      if (slots.size <= MAX_RUNNING) return;
      if (!slot.isIdle()) continue;
      slots.delete(key);
      const end = slot.close();
      ending.add(end);
      void end.then(() => ending.delete(end));
    }
  };
  const killAll = () => {
    for (const slot of slots.values()) slot.kill();
  };
  process.once('exit', killAll);

  return {
    async run(accountId, script, use) {
      const key = `${accountId}/${script}`;
      const slot = slots.get(key) ?? new WorkerSlot();
      slots.delete(key);
      slots.set(key, slot);
      try {
        return await slot.use(() => state.revision, prepare(accountId, script), use);
      } finally {
        makeRoom();
      }
    },
    async close() {
      await Promise.all([...ending, ...[...slots.values()].map((slot) => slot.close())]);
      process.removeListener('exit', killAll);
    },
  };
}

/** How to start a script as the state has it at that time. */
function createPrepare(state: SandboxState, originPort: number, onLog: (line: string) => void) {
  const logged = new Set<string>();
  const logOnce = (line: string) => {
    if (!logged.has(line)) onLog(line);
    logged.add(line);
  };
  return (accountId: string, script: string) => (): StartProcess => {
    const services = withBoundScripts(state.scripts.get(accountId) ?? new Map(), script);
    for (const [name, service] of services) {
      for (const why of service?.ignored ?? []) logOnce(`Worker ${name}: ${why}`);
    }
    return {
      config: renderConfig(script, services, originPort),
      start: () => startScript(script, services, originPort, onLog),
    };
  };
}
