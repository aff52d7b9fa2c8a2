import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/model/notice.js';
import { messageOf } from '../../../src/notify/message.js';
import { payloadFor, textOf } from '../../../src/notify/payloads.js';
import { notice } from './notices.js';

const many = Array.from({ length: 300 }, (_, index) => `site-${index}.example`);

function payload(type: Parameters<typeof payloadFor>[0], notices: readonly Notice[]): unknown {
  const told = notices.map((one, index) => ({ id: index + 1, ...one }));
  return payloadFor(type, { message: messageOf(notices), notices: told, test: false });
}

describe('a message', () => {
  it('puts first what needs a person, and each site once with its newest reason', () => {
    const later = notice('down', ['b.example'], { sites: [{ domain: 'b.example', reason: 'no answer' }] });
    const message = messageOf([
      notice('down', ['a.example', 'b.example']),
      notice('held'),
      later,
      notice('enabled', ['c.example'], { eventId: '20261123-abcdefgh', manual: true }),
    ]);
    expect(message.gravity).toBe('bad');
    expect(message.title).toBe(
      'held back: nothing was enabled for a.example; 2 sites are down; maintenance page up on c.example, by ann',
    );
    expect(textOf(message)).toBe(
      [
        'held back: nothing was enabled for a.example\n- a.example: HTTP 502',
        '2 sites are down\n- a.example: HTTP 502\n- b.example: no answer',
        'maintenance page up on c.example, by ann\n- c.example: HTTP 502\n- event 20261123-abcdefgh',
      ].join('\n\n'),
    );
  });

  it('names ten sites of a storm and counts the rest', () => {
    const { sections } = messageOf([notice('down', many)]);
    expect(sections[0]?.headline).toBe('300 sites are down');
    expect(sections[0]?.lines).toHaveLength(11);
    expect(sections[0]?.lines.at(-1)).toBe('and 290 more');
  });
});

describe('payloads', () => {
  it('hands programs everything', () => {
    expect(payload('webhook', [notice('down', many)])).toMatchObject({
      schema: 1,
      test: false,
      title: '300 sites are down',
      gravity: 'bad',
      notices: [{ id: 1, type: 'down', sites: expect.objectContaining({ length: 300 }) }],
    });
    expect(payload('command', [notice('down')])).toEqual(payload('webhook', [notice('down')]));
  });

  it('gives Slack plain text, and an escaped fallback', () => {
    const hostile = notice('down', ['<!channel> & <https://evil.example|ok>']);
    expect(payload('slack', [hostile])).toMatchObject({
      text: '🔴 &lt;!channel&gt; &amp; &lt;https://evil.example|ok&gt; is down',
      blocks: [{ type: 'section', text: { type: 'plain_text', emoji: false } }],
    });
  });

  it('gives Discord text without mark-up or mentions', () => {
    const hostile = notice('down', ['@everyone **now** [x](https://evil.example)']);
    const { content, allowed_mentions } = payload('discord', [hostile]) as Record<string, string>;
    expect(allowed_mentions).toEqual({ parse: [] });
    expect(content).toContain('\\@everyone \\*\\*now\\*\\* \\[x\\]\\(');
  });

  it('gives Teams a card of text runs', () => {
    expect(payload('teams', [notice('recovered')])).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            type: 'AdaptiveCard',
            body: [
              { type: 'RichTextBlock', inlines: [{ text: 'a.example is well again', color: 'Good' }] },
              { inlines: [{ text: 'a.example: HTTP 502' }] },
            ],
          },
        },
      ],
    });
  });

  it('stays within what receivers take, whatever a site answers, and without controls', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 300 });
    const site = fc.record({ domain: texts, reason: texts });
    const types = fc.constantFrom('down', 'held', 'failed', 'enabled', 'recovered' as const);
    const notices = fc.array(fc.tuple(types, fc.array(site, { minLength: 1, maxLength: 12 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(notices, (drawn) => {
        const told = drawn.map(([type, sites]) => notice(type, [], { sites }));
        const discord = payload('discord', told) as { content: string };
        const slack = payload('slack', told) as { text: string; blocks: { text: { text: string } }[] };
        expect(discord.content.length).toBeLessThanOrEqual(2_000);
        expect(slack.text.length).toBeLessThanOrEqual(3_000);
        for (const { text } of slack.blocks) expect(text.text.length).toBeLessThanOrEqual(3_000);
        expect(textOf(messageOf(told)).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 25 },
    );
  });
});
