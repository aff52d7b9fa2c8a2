import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/model/notice.js';
import { NOW, open } from './store-fixture.js';

const later = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1_000).toISOString();

function notice(type: Notice['type'], domain: string): Notice {
  return {
    type,
    at: NOW,
    sites: [{ domain, reason: 'HTTP 502' }],
    eventId: null,
    actor: 'ann',
    manual: false,
  };
}

/** How a process asks at a moment, in seconds from NOW. */
const at = (seconds: number, evenEarly = false) => ({
  now: later(seconds),
  until: later(seconds + 60),
  horizon: later(seconds + 900),
  evenEarly,
});

const DOWN = notice('down', 'a.example');
const UP = notice('recovered', 'a.example');

describe('the outbox', () => {
  it('gives nothing before it is due, then all that waits for the channel', async () => {
    const { outbox } = await open();
    const soon = { channel: 'slack', notice: DOWN, dueAt: later(5) };
    outbox.add([soon, { channel: 'slack', notice: UP, dueAt: later(60) }], NOW);
    outbox.add([{ channel: 'mail', notice: UP, dueAt: later(60) }], NOW);
    expect(outbox.claim('slack', at(4))).toEqual([]);
    expect(outbox.claim('slack', at(5)).map((entry) => entry.notice)).toEqual([DOWN, UP]);
    expect(outbox.claim('mail', at(5))).toEqual([]);
    expect(outbox.claim('mail', at(5, true)).map((entry) => entry.notice)).toEqual([UP]);
  });

  it('keeps claimed entries from others until the claim runs out, and settled ones for good', async () => {
    const { outbox } = await open();
    outbox.add([{ channel: 'slack', notice: DOWN, dueAt: NOW }], NOW);
    const [entry] = outbox.claim('slack', at(0));
    expect(outbox.claim('slack', at(59, true))).toEqual([]);
    expect(outbox.claim('slack', at(60))).toHaveLength(1);
    outbox.settle([entry?.id ?? 0], later(61));
    expect(outbox.claim('slack', at(999, true))).toEqual([]);
    expect(outbox.lastSentAt('slack', 'down')).toBe(later(61));
    expect(outbox.lastSentAt('slack', 'recovered')).toBeNull();
  });

  it('leaves a channel that failed alone until its entries are due again', async () => {
    const { outbox } = await open();
    outbox.add([{ channel: 'slack', notice: DOWN, dueAt: NOW }], NOW);
    const [entry] = outbox.claim('slack', at(0));
    outbox.postpone([entry?.id ?? 0], later(30), 'it answered 500');
    outbox.add([{ channel: 'slack', notice: UP, dueAt: later(1) }], later(1));
    expect(outbox.claim('slack', at(2))).toEqual([]);
    const again = outbox.claim('slack', at(30));
    expect(again.map(({ attempts }) => attempts)).toEqual([1, 0]);
  });

  it('is not held up by a clock that was put back', async () => {
    const { outbox } = await open();
    outbox.add([{ channel: 'slack', notice: DOWN, dueAt: later(90_000) }], later(90_000));
    outbox.claim('slack', at(90_000));
    expect(outbox.claim('slack', at(0))).toHaveLength(1);
  });

  it('tells what waits, and forgets what is old', async () => {
    const { outbox } = await open();
    outbox.add([{ channel: 'slack', notice: DOWN, dueAt: later(9) }], NOW);
    outbox.add([{ channel: 'slack', notice: UP, dueAt: later(3) }], later(1));
    expect(outbox.backlog()).toEqual([{ channel: 'slack', waiting: 2, oldest: NOW, dueAt: later(3) }]);
    expect(outbox.told('slack', 'down', NOW)).toEqual([DOWN]);
    expect(outbox.told('slack', 'down', later(1))).toEqual([]);
    expect(outbox.forget(later(1))).toBe(1);
    expect(outbox.backlog()).toMatchObject([{ waiting: 1 }]);
  });
});
