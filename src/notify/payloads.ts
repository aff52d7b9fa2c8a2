/** A message as each kind of receiver wants it. What comes from outside can neither mark up, link nor mention. */
import type { Notice } from '../model/notice.js';
import type { ChannelSettings } from './channels.js';
import type { Gravity, Message } from './message.js';

export interface Delivery {
  readonly message: Message;
  /** With an id each that is the same at every try, so that a receiver can drop what it had before. */
  readonly notices: readonly (Notice & { readonly id: number })[];
  readonly test: boolean;
}

/** The JSON document for a channel; `command` reads the generic one on standard input. */
export function payloadFor(type: ChannelSettings['type'], delivery: Delivery): object {
  switch (type) {
    case 'slack':
      return slack(delivery);
    case 'discord':
      return discord(delivery);
    case 'teams':
      return teams(delivery);
    case 'webhook':
    case 'command':
      return generic(delivery);
  }
}

function generic({ message, notices, test }: Delivery): object {
  return {
    schema: 1,
    test,
    title: message.title,
    gravity: message.gravity,
    text: textOf(message),
    notices,
  };
}

/** The whole message as plain lines. */
export function textOf({ sections }: Message): string {
  return sections
    .map(({ headline, lines }) => [headline, ...lines.map((line) => `- ${line}`)].join('\n'))
    .join('\n\n');
}

const MARKS: Readonly<Record<Gravity, string>> = { bad: '🔴', warning: '🟠', good: '🟢', info: '🔵' };

/** A text object of Slack holds 3,000 characters (docs.slack.dev/reference/block-kit/composition-objects/text-object). */
const SLACK_TEXT = 3_000;

/**
 * docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: `text` is what notifications show,
 * `plain_text` blocks are shown without any mark-up; in `text` &, < and > are escaped.
 */
function slack({ message }: Delivery): object {
  const text = `${MARKS[message.gravity]} ${message.title}`;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const block = (content: string) => ({
    type: 'section',
    text: { type: 'plain_text', text: cut(content, SLACK_TEXT), emoji: false },
  });
  const sections = message.sections.map(({ headline, lines }) =>
    block([headline, ...lines.map((line) => `• ${line}`)].join('\n')),
  );
  return { text: cut(escaped, SLACK_TEXT), blocks: sections, unfurl_links: false, unfurl_media: false };
}

/** A message holds 2,000 characters (discord.com/developers/docs/resources/webhook#execute-webhook). */
const DISCORD_TEXT = 2_000;

function discord({ message }: Delivery): object {
  const escaped = textOf(message).replace(/[\\*_~`|>#[\]()<@:-]/g, (mark) => `\\${mark}`);
  const content = cut(`${MARKS[message.gravity]} ${escaped}`, DISCORD_TEXT);
  // SUPPRESS_EMBEDS, so that no domain becomes a preview.
  return { content, flags: 4, allowed_mentions: { parse: [] } };
}

const TEAMS_COLOURS: Readonly<Record<Gravity, string>> = {
  bad: 'Attention',
  warning: 'Warning',
  good: 'Good',
  info: 'Accent',
};

/**
 * An Adaptive Card, as the webhooks of Teams workflows take it (learn.microsoft.com, "Create incoming webhooks
 * with Workflows"). `RichTextBlock` reads no Markdown.
 */
function teams({ message }: Delivery): object {
  const run = (text: string, more: object = {}) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text, ...more }],
  });
  const body = message.sections.flatMap(({ headline, lines }, index) => [
    run(headline, { weight: 'Bolder', ...(index === 0 ? { color: TEAMS_COLOURS[message.gravity] } : {}) }),
    ...lines.map((line) => run(line)),
  ]);
  return {
    type: 'message',
    summary: message.title,
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body,
        },
      },
    ],
  };
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // Neither a half character nor a half escape stays at the end.
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff\\]$|&[a-z]*$/, '')}…`;
}
