/** Lists that trail behind writes: what routes and scripts looked like some time ago. */
import type { SandboxRoute, SandboxScript, SandboxState } from '../state.js';

interface View {
  at: number;
  routes: Map<string, SandboxRoute[]>;
  scripts: Map<string, Map<string, SandboxScript>>;
}

export class ReadLag {
  #lagMs: number;
  readonly #now: () => number;
  #views: View[] = [];

  constructor(lagMs: number, now: () => number) {
    this.#lagMs = lagMs;
    this.#now = now;
  }

  /** Changes the lag in milliseconds; earlier changes are seen at once. */
  setLag(lagMs: number, state: SandboxState): void {
    this.#lagMs = lagMs;
    this.#views = [];
    this.remember(state);
  }

  /** Notes the state after a change. Free while there is no lag: routes and scripts are replaced, never edited. */
  remember(state: SandboxState): void {
    if (this.#lagMs === 0) return;
    const scripts = new Map([...state.scripts].map(([account, byName]) => [account, new Map(byName)]));
    this.#views.push({ at: this.#now(), routes: new Map(state.routes), scripts });
    const horizon = this.#now() - this.#lagMs;
    while (this.#views.length > 1 && (this.#views[1]?.at ?? 0) <= horizon) this.#views.shift();
  }

  /** The newest state that is at least as old as the lag; the oldest known one where none is. */
  seen(state: SandboxState): Pick<View, 'routes' | 'scripts'> {
    const horizon = this.#now() - this.#lagMs;
    const old = this.#views.findLast((view) => view.at <= horizon);
    return this.#lagMs === 0 ? state : (old ?? this.#views[0] ?? state);
  }
}
