/** One script's place in the runtime: the process that answers for it, and those still finishing. */
import type { WorkerdProcess } from './workerd-process.js';

export interface StartProcess {
  /** Tells whether a running process would do as well. */
  config: string;
  start(): Promise<WorkerdProcess>;
}

interface Generation {
  config: string;
  process: WorkerdProcess;
  uses: number;
}

/** For what a Worker does after its answer. */
const DRAIN_MS = 2_000;

export class WorkerSlot {
  #newest: Generation | null = null;
  /** The revision of the state that `#newest` is known to be right for. */
  #revision = -1;
  readonly #alive = new Set<Generation>();
  /** The end of the line of those who wait for the process to be brought up to date. */
  #updating: Promise<unknown> = Promise.resolve();
  #users = 0;

  isIdle(): boolean {
    return this.#users === 0;
  }

  /**
   * Calls `use` with the port of a process that is right for `revision()` as of now. `prepare` is asked what
   * to run only when the revision has moved, and the process is replaced only when that differs.
   */
  async use<T>(
    revision: () => number,
    prepare: () => StartProcess,
    use: (port: number) => Promise<T>,
  ): Promise<T> {
    this.#users += 1;
    const turn = this.#updating.then(() => this.#upToDate(revision(), prepare));
    this.#updating = turn.catch(() => {});
    try {
      const generation = await turn;
      generation.uses += 1;
      try {
        return await use(generation.process.port);
      } finally {
        generation.uses -= 1;
        void this.#endIfUnused(generation);
      }
    } finally {
      this.#users -= 1;
    }
  }

  /** Ends every process, whatever it is doing. */
  async close(): Promise<void> {
    await this.#updating;
    await Promise.all([...this.#alive].map(({ process }) => process.stop(0)));
  }

  kill(): void {
    for (const { process } of this.#alive) process.kill();
  }

  async #upToDate(revision: number, prepare: () => StartProcess): Promise<Generation> {
    const before = this.#newest;
    const running = before?.process.isRunning() ? before : null;
    if (running && this.#revision === revision) return running;
    const { config, start } = prepare();
    const newest = running?.config === config ? running : { config, process: await start(), uses: 0 };
    this.#alive.add(newest);
    this.#newest = newest;
    this.#revision = revision;
    if (before && before !== newest) void this.#endIfUnused(before);
    return newest;
  }

  async #endIfUnused(generation: Generation): Promise<void> {
    if (generation === this.#newest || generation.uses > 0) return;
    await generation.process.stop(DRAIN_MS);
    this.#alive.delete(generation);
  }
}
