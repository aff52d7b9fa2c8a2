import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Flags } from '../../../src/cli/flags.js';
import { readPageFlags } from '../../../src/cli/page-flags.js';
import { NOW } from './memory-terminal.js';

function read(flags: Record<string, unknown>) {
  const problems: string[] = [];
  return { options: readPageFlags(new Flags(flags), NOW, problems), problems };
}

describe('the end', () => {
  it.each([
    [{ for: '1h45m' }, '2026-11-23T13:45:00.000Z'],
    [{ until: '2026-11-24T06:00Z' }, '2026-11-24T06:00:00.000Z'],
    [{ until: '2026-11-24 06:00+0100' }, '2026-11-24T05:00:00.000Z'],
    [{ until: '2026-11-24T06:00' }, new Date(2026, 10, 24, 6).toISOString()],
    [{}, null],
  ])('%j is %s', (flags, until) => {
    expect(read(flags)).toMatchObject({ options: { until }, problems: [] });
  });

  it.each([
    [{ for: '30' }],
    [{ for: '0s' }],
    [{ for: '400d' }],
    [{ until: '2026-11-23T11:59Z' }],
    [{ until: '2026-11-24' }],
    [{ until: '2027-02-30T10:00Z' }],
    [{ until: 'tomorrow' }],
    [{ for: '1h', until: '2026-11-24T06:00Z' }],
    [{ autoEnd: true }],
  ])('refuses %j', (flags) => expect(read(flags).problems).toHaveLength(1));
});

describe('addresses', () => {
  it.each(['ops@shop.example', '+49 30 123456', 'tel:+4930123456', 'https://shop.example/help'])(
    '%s is a contact',
    (contact) => {
      expect(read({ contact })).toMatchObject({ options: { contact }, problems: [] });
    },
  );

  it.each(['nobody', 'javascript:alert(1)', 'http://shop.example', 'a@b', ''])('%s is none', (contact) => {
    expect(read({ contact }).problems).toHaveLength(1);
  });

  it('takes lists of addresses and ranges', () => {
    const { options, problems } = read({ allowIp: ['203.0.113.7, 2001:db8::/32', '10.0.0.0/8'] });
    expect(options.allowIps).toEqual(['203.0.113.7', '2001:db8::/32', '10.0.0.0/8']);
    expect(problems).toEqual([]);
  });

  it('names each address that is none', () => {
    const allowIp = ['203.0.113.7', '10.0.0.0/33, 1.2.3', 'fe80::1%eth0', '010.0.0.1', ','];
    expect(read({ allowIp }).problems).toEqual([
      "'--allow-ip' is empty.",
      ...['10.0.0.0/33', '1.2.3', 'fe80::1%eth0', '010.0.0.1'].map(
        (entry) => `'--allow-ip ${entry}' is no IP address or CIDR range such as 203.0.113.0/24.`,
      ),
    ]);
  });

  it('takes only paths that the page can match', () => {
    const good = ['/webhooks/*', '/health', '/ü/*'];
    expect(read({ allowPath: good })).toMatchObject({ options: { allowPaths: good }, problems: [] });
    const bad = ['webhooks/*', '/a b', '/a;b/*', '/hook?x=*', '/a%2fb', '//a', '/a/../b'];
    const { problems } = read({ allowPath: bad });
    expect(problems.map((text) => /^'--allow-path (.*)' must be a plain path/.exec(text)?.[1])).toEqual(bad);
  });
});

describe('texts', () => {
  it('are trimmed and may be as long as the help says', () => {
    const message = 'ü'.repeat(2_000);
    expect(read({ message: ` ${message}\n`, title: ' Soon ' })).toMatchObject({
      options: { message, title: 'Soon' },
      problems: [],
    });
    expect(read({ message: `${message}!`, title: ' ', statusUrl: 'http://a.example' }).problems).toEqual([
      "'--title' is empty.",
      "'--message' has 2001 characters; 2000 are allowed.",
      "'--status-url http://a.example' is not an https URL.",
    ]);
  });
});

describe('a page of its own', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'maint-page-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };

  it('is read whole', () => {
    const html = '<!doctype html><h1>Zurück um 6</h1>';
    expect(read({ page: file('good.html', html) })).toMatchObject({
      options: { customPage: html },
      problems: [],
    });
  });

  it.each([
    ['missing', () => path.join(folder, 'none.html'), 'does not exist'],
    ['a folder', () => folder, 'cannot be read'],
    ['not UTF-8', () => file('latin.html', Buffer.from('<p>Zur\xfcck', 'latin1')), 'not UTF-8'],
    ['no HTML', () => file('text.html', 'just words'), 'no HTML'],
    ['too large', () => file('large.html', `<p>${'x'.repeat(512 * 1_024)}`), 'larger than 512 KiB'],
  ])('is refused where it is %s', (_why, make, message) => {
    expect(read({ page: make() }).problems).toEqual([expect.stringContaining(message)]);
  });
});
