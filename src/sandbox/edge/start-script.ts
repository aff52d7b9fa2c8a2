/** Starts one script with the scripts it is bound to, or finds out why that cannot be. */
import type { SandboxScript } from '../state.js';
import { describeService, renderConfig, type WorkerService } from './workerd-config.js';
import { edgeAvailable, startWorkerd, type WorkerdProcess } from './workerd-process.js';

/** Scripts by name; null stands for one that does not exist. */
export type BoundScripts = Map<string, WorkerService | null>;

const STUCK = 'Script startup exceeded CPU time limit.';
/** Nothing listens there, and a script makes no requests while it starts. */
const DISCARD_PORT = 9;

/** The script and all that it can reach through its bindings, by name; null where there is none. */
export function withBoundScripts(scripts: ReadonlyMap<string, SandboxScript>, main: string): BoundScripts {
  const found: BoundScripts = new Map();
  const wanted = [main];
  for (const name of wanted) {
    if (found.has(name)) continue;
    const script = scripts.get(name);
    const service = script ? describeService(script) : null;
    found.set(name, service);
    wanted.push(...(service?.boundTo ?? []));
  }
  return found;
}

/**
 * Starts without the scripts that workerd refuses, which answer every request with a crash, and logs which
 * these are.
 *
 * @throws Error when workerd is not installed or does not start for a reason that is no script's
 */
export async function startScript(
  main: string,
  services: Readonly<BoundScripts>,
  originPort: number,
  onLog: (line: string) => void,
): Promise<WorkerdProcess> {
  const outcome = await startWorkerd(renderConfig(main, services, originPort), onLog);
  if (outcome.kind === 'started') return outcome.process;
  // workerd does not say which script it is that never ends its start.
  const stuck = outcome.kind === 'stuck';
  const accepted = stuck ? new Map([[main, services.get(main) ?? null]]) : new Map(services);
  for (const [name, reason] of stuck ? [[main, STUCK] as const] : outcome.services) {
    if (!accepted.get(name)) throw new Error(`workerd did not start: ${name}: ${reason}`);
    accepted.set(name, null);
    onLog(`Worker ${name} cannot start: ${reason}`);
  }
  return startScript(main, accepted, originPort, onLog);
}

/**
 * Why workerd will not run this script, in its own words, or null when it starts. Where workerd is not
 * installed nothing can be said against a script.
 */
export async function validateScript(script: SandboxScript): Promise<string | null> {
  if (!(await edgeAvailable())) return null;
  const services = new Map([[script.name, describeService(script)]]);
  const outcome = await startWorkerd(renderConfig(script.name, services, DISCARD_PORT), () => {});
  if (outcome.kind === 'stuck') return STUCK;
  if (outcome.kind === 'refused') return outcome.services.get(script.name) ?? null;
  await outcome.process.stop(0);
  return null;
}
