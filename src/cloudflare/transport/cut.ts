/** The end of one attempt: its own deadline or the hard stop of the run, whichever comes first. */

export interface Cut {
  readonly signal: AbortSignal;
  /** Which of the two it was; null while neither. */
  readonly reason: 'deadline' | 'stopped' | null;
  clear(): void;
}

/** A signal for one attempt: fires at its deadline or with the run's hard stop. */
export function cutAfter(ms: number, stop: AbortSignal | undefined): Cut {
  const controller = new AbortController();
  let reason: Cut['reason'] = null;
  const cut = (why: 'deadline' | 'stopped') => {
    reason ??= why;
    controller.abort();
  };
  const onStop = () => cut('stopped');
  const timer = setTimeout(() => cut('deadline'), ms);
  if (stop?.aborted) onStop();
  stop?.addEventListener('abort', onStop, { once: true });
  return {
    signal: controller.signal,
    get reason() {
      return reason;
    },
    clear() {
      clearTimeout(timer);
      stop?.removeEventListener('abort', onStop);
    },
  };
}
