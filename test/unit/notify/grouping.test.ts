import { describe, expect, it } from 'vitest';
import { dueAt, partToTell } from '../../../src/notify/grouping.js';
import { channel, notice } from './notices.js';

describe('what a channel is told', () => {
  it('is only what it asked for', () => {
    const downs = channel({ on: ['down'] });
    expect(partToTell(notice('down'), downs, [])).toEqual(notice('down'));
    expect(partToTell(notice('recovered'), downs, [])).toBeNull();
  });

  it('holds what persons did only where the settings say so', () => {
    const byAnn = notice('enabled', ['a.example'], { manual: true });
    expect(partToTell(byAnn, channel(), [])).toBeNull();
    expect(partToTell(byAnn, channel({ manual: true }), [])).toEqual(byAnn);
  });

  it('names a site that cannot be acted on once, and a new one beside it', () => {
    const failed = notice('failed', ['a.example', 'b.example']);
    expect(partToTell(failed, channel(), [notice('failed')])).toEqual(notice('failed', ['b.example']));
    expect(partToTell(notice('failed'), channel(), [failed])).toBeNull();
  });

  it('tells of a brake that holds once, however many sites join', () => {
    expect(partToTell(notice('held', ['c.example']), channel(), [notice('held')])).toBeNull();
    expect(partToTell(notice('held'), channel(), [])).not.toBeNull();
  });

  it('tells of the same site going down twice twice', () => {
    expect(partToTell(notice('down'), channel(), [notice('down')])).toEqual(notice('down'));
  });
});

describe('when it is told', () => {
  const down = notice('down');

  it('is after a moment for more of the same', () => {
    expect(dueAt(down, { now: 1_000_000, waitMs: 5_000, lastSentAt: null })).toBe(1_005_000);
    expect(dueAt(down, { now: 1_000_000, waitMs: 5_000, lastSentAt: 900_000 })).toBe(1_005_000);
  });

  it('is a minute after the last message of its type', () => {
    expect(dueAt(down, { now: 1_000_000, waitMs: 5_000, lastSentAt: 990_000 })).toBe(1_050_000);
  });

  it('does not wait for a message that a wrong clock put into the future', () => {
    expect(dueAt(down, { now: 1_000_000, waitMs: 0, lastSentAt: 90_000_000 })).toBe(1_000_000);
  });

  it('is at once where a person waits', () => {
    const times = { now: 1_000_000, waitMs: 5_000, lastSentAt: 999_000 };
    expect(dueAt(notice('enabled', ['a.example'], { manual: true }), times)).toBe(1_000_000);
  });
});
