import { describe, expect, it } from 'vitest';
import { MaintError } from '../../../src/model/errors.js';
import { NOTICE_TYPES } from '../../../src/model/notice.js';
import { readChannels } from '../../../src/notify/channels.js';

const SECRET = 'https://hooks.example/T0/secret';

function problems(value: unknown): readonly string[] {
  try {
    readChannels(value);
  } catch (error) {
    if (error instanceof MaintError) return error.problems;
    throw error;
  }
  return [];
}

describe('readChannels', () => {
  it('fills in what may be left out', () => {
    expect(readChannels(undefined)).toEqual([]);
    expect(readChannels([{ type: 'slack', url: SECRET }])).toEqual([
      { type: 'slack', url: SECRET, name: 'slack', on: NOTICE_TYPES, manual: false },
    ]);
  });

  it('takes every kind of channel', () => {
    const settings = [
      { type: 'webhook', url: SECRET, headers: { authorization: 'Bearer x' }, on: ['down'], manual: true },
      { type: 'discord', urlFile: '/etc/maint/discord' },
      { type: 'teams', name: 'night.shift', url: SECRET },
      { type: 'command', command: ['/usr/local/bin/page', '--now'] },
    ];
    expect(readChannels(settings).map(({ name }) => name)).toEqual([
      'webhook',
      'discord',
      'night.shift',
      'command',
    ]);
  });

  it.each([
    [[{ type: 'slack', ulr: SECRET, url: SECRET }], ["notify[0]: unknown key 'ulr'. Did you mean 'url'?"]],
    [
      [{ type: 'pager', url: SECRET }],
      ['notify[0].type: must be one of webhook, slack, discord, teams, command.'],
    ],
    [[{ type: 'slack' }], ["notify[0]: needs either 'url' or 'urlFile', not both and not none."]],
    [[{ type: 'slack', url: 'ftp://x' }], ['notify[0].url: must be an http(s) URL.']],
    [
      [
        { type: 'slack', url: SECRET },
        { type: 'slack', url: SECRET },
      ],
      ["notify: several channels are called 'slack'; give each a 'name' of its own."],
    ],
  ])('refuses %j', (value, expected) => {
    expect(problems(value)).toEqual(expected);
  });

  it('names every problem, and no address', () => {
    const found = problems([
      { type: 'slack', url: `${SECRET} `, on: ['dwon'], manual: 'yes' },
      { type: 'command', command: [] },
    ]);
    expect(found).toHaveLength(3);
    expect(found.join()).not.toContain('secret');
  });
});
