import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/notify/channels.js';
import { createNotifier } from '../../../src/notify/notifier.js';
import type { Delivery } from '../../../src/notify/payloads.js';
import { noticesOfRun } from '../../../src/notify/run-notices.js';
import type { Sent } from '../../../src/notify/send.js';
import { tellOfRun } from '../../../src/notify/told-run.js';
import type { Store } from '../../../src/store/store.js';
import { open } from '../store/store-fixture.js';
import { AT, channel, notice } from './notices.js';

const OK: Sent = { ok: true };
const REFUSED: Sent = { ok: false, why: 'it answered 500', retryAfterMs: null };

interface World {
  readonly store: Store;
  readonly sent: { readonly channel: string; readonly at: number; readonly delivery: Delivery }[];
  readonly answers: Sent[];
  readonly notifier: ReturnType<typeof createNotifier>;
  /** Another process on the same store. */
  again(): ReturnType<typeof createNotifier>;
  pass(seconds: number): void;
  /** Runs at the start of each wait; may end `serve`. */
  onSleep: (now: number) => void;
}

/** A notifier on a virtual clock, which moves when somebody sleeps. */
async function world(channels: readonly Channel[] = [channel()]): Promise<World> {
  const store = await open();
  let now = 0;
  const sent: World['sent'] = [];
  const answers: Sent[] = [];
  const parts = {
    channels,
    store,
    send: async (to: Channel, delivery: Delivery) => {
      sent.push({ channel: to.name, at: now / 1_000, delivery });
      return answers.shift() ?? OK;
    },
    clock: () => new Date(Date.parse(AT) + now),
    monotonic: () => now,
    sleep: async (ms: number) => {
      made.onSleep(now / 1_000);
      now += ms;
    },
    random: () => 1,
  };
  const made: World = {
    store,
    sent,
    answers,
    notifier: createNotifier(parts),
    again: () => createNotifier(parts),
    pass: (seconds) => {
      now += seconds * 1_000;
    },
    onSleep: () => {},
  };
  return made;
}

const titles = ({ sent }: World) => sent.map(({ delivery }) => delivery.message.title);

describe('deliver', () => {
  it('sends what happened in one pass as one message a channel', async () => {
    const given = await world([channel(), channel({ name: 'second', on: ['down'] })]);
    given.notifier.tell([notice('down', ['a.example', 'b.example'])]);
    given.notifier.tell([notice('enabled', ['a.example', 'b.example'])]);
    expect(await given.notifier.deliver({ patienceMs: 0 })).toEqual([]);
    expect(given.sent.map((one) => one.channel)).toEqual(['webhook', 'second']);
    expect(titles(given)).toEqual(['2 sites are down; maintenance page up on 2 sites', '2 sites are down']);
    await given.notifier.deliver({ patienceMs: 0 });
    expect(given.sent).toHaveLength(2);
  });

  it('tries again while it has patience, and leaves the rest to a later process', async () => {
    const given = await world();
    given.answers.push(REFUSED, REFUSED);
    given.notifier.tell([notice('down')]);
    expect(await given.notifier.deliver({ patienceMs: 3_000 })).toEqual([
      { channel: 'webhook', waiting: 1, why: 'it answered 500' },
    ]);
    expect(given.sent.map(({ at }) => at)).toEqual([0, 2]);
    given.pass(60);
    expect(await given.again().deliver({ patienceMs: 0 })).toEqual([]);
    expect(given.sent).toHaveLength(3);
    expect(new Set(given.sent.map(({ delivery }) => delivery.notices[0]?.id)).size).toBe(1);
    const lines = given.store.log.read({ action: 'notify' }).map(({ message }) => message);
    expect(lines).toEqual(["A message to 'webhook' was not sent yet: it answered 500."]);
  });

  it('leaves a receiver alone for as long as it asks', async () => {
    const given = await world();
    given.answers.push({ ...REFUSED, retryAfterMs: 40_000 });
    given.notifier.tell([notice('down')]);
    await given.notifier.deliver({ patienceMs: 30_000 });
    expect(given.sent).toHaveLength(1);
    await given.notifier.deliver({ patienceMs: 60_000 });
    expect(given.sent.map(({ at }) => at)).toEqual([0, 40]);
  });

  it('sends what a process left that died while it was sending', async () => {
    const given = await world();
    given.notifier.tell([notice('down')]);
    const until = new Date(Date.parse(AT) + 60_000).toISOString();
    given.store.outbox.claim('webhook', { now: AT, until, horizon: until, evenEarly: false });
    await given.notifier.deliver({ patienceMs: 0 });
    expect(given.sent).toEqual([]);
    given.pass(60);
    await given.notifier.deliver({ patienceMs: 0 });
    expect(titles(given)).toEqual(['a.example is down']);
  });

  it('gives up after three days, and says so', async () => {
    const given = await world();
    given.answers.push(REFUSED);
    given.notifier.tell([notice('down')]);
    await given.notifier.deliver({ patienceMs: 0 });
    given.pass(3 * 86_400 + 1);
    expect(await given.notifier.deliver({ patienceMs: 0 })).toEqual([]);
    expect(given.sent).toHaveLength(1);
    expect(given.store.log.read({ level: 'error' })).toHaveLength(1);
  });

  it('does not repeat each pass what still fails, but does after an hour', async () => {
    const given = await world();
    for (let minute = 0; minute <= 61; minute += 1) {
      given.notifier.tell([notice('failed')]);
      await given.notifier.deliver({ patienceMs: 0 });
      given.pass(60);
    }
    expect(given.sent.map(({ at }) => at)).toEqual([0, 3_660]);
  });
});

describe('serve', () => {
  it('makes one message of a storm that spreads over passes, and tells of the rest a minute later', async () => {
    const given = await world();
    const stop = new AbortController();
    given.onSleep = (now) => {
      if (now < 30) given.notifier.tell([notice('down', [`site-${now}.example`])]);
      if (now >= 120) stop.abort();
    };
    await given.notifier.serve(stop.signal);
    expect(given.sent.map(({ at }) => at)).toEqual([5, 65]);
    expect(titles(given)).toEqual(['5 sites are down', '25 sites are down']);
  });

  it('does not hold an alert back because another kind was just told', async () => {
    const given = await world();
    const stop = new AbortController();
    given.onSleep = (now) => {
      if (now === 0) given.notifier.tell([notice('recovered', ['b.example'])]);
      if (now === 10) given.notifier.tell([notice('down')]);
      if (now >= 20) stop.abort();
    };
    await given.notifier.serve(stop.signal);
    expect(given.sent.map(({ at }) => at)).toEqual([5, 15]);
  });

  it('leaves nothing behind that could be sent at its end', async () => {
    const given = await world();
    const stop = new AbortController();
    given.onSleep = () => {
      given.notifier.tell([notice('down')]);
      stop.abort();
    };
    await given.notifier.serve(stop.signal);
    expect(await given.notifier.deliver({ patienceMs: 0, evenEarly: true })).toEqual([]);
    expect(titles(given)).toEqual(['a.example is down']);
  });
});

describe('runs of persons', () => {
  const report = {
    eventId: '20261123-abcdefgh',
    warnings: ['one'],
    sites: [
      { domain: 'a.example', outcome: 'enabled', error: null },
      { domain: 'b.example', outcome: 'failed', error: { message: 'No permission.' } },
      { domain: 'c.example', outcome: 'unchanged', error: null },
    ],
  };
  const by = { actor: 'ann', reason: 'Database upgrade' };

  it('become a notice for each kind of outcome', () => {
    expect(noticesOfRun(report, { ...by, at: AT })).toEqual([
      notice('enabled', [], {
        manual: true,
        eventId: report.eventId,
        sites: [{ domain: 'a.example', reason: 'Database upgrade' }],
      }),
      notice('failed', [], {
        manual: true,
        eventId: report.eventId,
        sites: [{ domain: 'b.example', reason: 'No permission.' }],
      }),
    ]);
  });

  it('are told at once where the settings ask for it, else not', async () => {
    const given = await world([channel(), channel({ name: 'ops', manual: true })]);
    expect(await tellOfRun(report, given.notifier, by, AT)).toEqual(report);
    expect(given.sent.map((one) => one.channel)).toEqual(['ops']);
    expect(titles(given)).toEqual([
      'could not act on b.example, by ann; maintenance page up on a.example, by ann',
    ]);
  });

  it('end well although nobody can be told, with a warning', async () => {
    const given = await world([channel({ manual: true })]);
    given.answers.push(REFUSED, REFUSED, REFUSED);
    const told = await tellOfRun(report, given.notifier, by, AT);
    expect(told.sites).toEqual(report.sites);
    expect(told.warnings).toEqual([
      'one',
      "A message to 'webhook' was not sent yet: it answered 500. A later run tries again.",
    ]);
  });
});

describe('test', () => {
  it('sends past the queue and says what became of it', async () => {
    const given = await world([channel(), channel({ name: 'second' })]);
    given.answers.push(OK, REFUSED);
    expect(await given.notifier.test(given.notifier.channels)).toEqual([
      { channel: 'webhook', type: 'webhook', ok: true, error: null },
      { channel: 'second', type: 'webhook', ok: false, error: 'it answered 500' },
    ]);
    expect(given.store.outbox.backlog()).toEqual([]);
  });
});
