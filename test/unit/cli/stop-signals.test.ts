import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SignalSource, watchSignals } from '../../../src/cli/stop-signals.js';

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

describe('stop signals', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watched() {
    const source = new FakeProcess();
    const said: string[] = [];
    return { source, said, watch: watchSignals(source as SignalSource, (line) => said.push(line)) };
  }

  it('stops softly at once, hard after 5 s, by force within 7 s', () => {
    const { source, said, watch } = watched();
    let lastWords = 0;
    watch.onForcedEnd(() => {
      lastWords += 1;
    });
    source.emit('SIGTERM');
    expect([watch.stop.aborted, watch.signal.aborted, watch.stoppedBy, said.length]).toEqual([
      true,
      false,
      'SIGTERM',
      1,
    ]);
    vi.advanceTimersByTime(4_999);
    expect(watch.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(watch.signal.aborted).toBe(true);
    vi.advanceTimersByTime(1_999);
    expect([source.exits, lastWords]).toEqual([[143], 1]);
  });

  it('stops hard at the second signal; the first decides the exit code', () => {
    const { source, said, watch } = watched();
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect([watch.signal.aborted, watch.stoppedBy, said.length]).toEqual([true, 'SIGINT', 1]);
    vi.advanceTimersByTime(2_000);
    expect(source.exits).toEqual([130]);
  });

  it('leaves nothing behind once disposed', () => {
    const { source, watch } = watched();
    source.emit('SIGHUP');
    watch.dispose();
    vi.advanceTimersByTime(60_000);
    expect([source.exits, source.eventNames()]).toEqual([[], []]);
  });

  it('takes a Ctrl-C that a prompt swallowed, silently', () => {
    const { said, watch } = watched();
    watch.interrupt('SIGINT');
    expect([watch.stoppedBy, watch.stop.aborted, said]).toEqual(['SIGINT', true, []]);
  });
});
