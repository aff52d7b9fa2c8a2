import { expect, it } from 'vitest';
import { pageProblems } from '../../../src/maintenance/page-faults.js';

const NOW = new Date('2026-11-23T12:00:00Z');

it('has nothing against a page without anything, and against one with everything', () => {
  expect(pageProblems({}, NOW)).toEqual([]);
  const page = {
    title: 'x'.repeat(200),
    message: '🛠'.repeat(2_000),
    contact: 'ops@shop.example',
    statusUrl: 'https://status.shop.example/',
    customPage: '<h1>Soon</h1>',
    allowIps: ['203.0.113.0/24', '2001:db8::1'],
    allowPaths: ['/webhooks/*'],
    until: '2026-11-24T06:00+01:00',
    autoEnd: true,
  };
  expect(pageProblems(page, NOW)).toEqual([]);
});

it.each([
  [{ until: 'tomorrow' }, "until 'tomorrow' is no date and time with a zone such as 2026-11-24T06:00Z."],
  [{ until: '2026-11-24T06:00' }, /no date and time with a zone/],
  [{ until: '2027-02-30T10:00Z' }, /no date and time with a zone/],
  [{ until: '2026-11-24T25:00Z' }, /no date and time with a zone/],
  [{ until: '2026-11-23T12:00:00Z' }, /is in the past/],
  [{ until: '2027-11-30T12:00:00Z' }, /is more than a year away/],
  [{ autoEnd: true }, 'autoEnd needs an end: give until.'],
  [{ title: 'x'.repeat(201) }, 'title has 201 characters; 200 are allowed.'],
  [{ title: ' ' }, 'title is empty.'],
  [{ message: 'x'.repeat(2_001) }, 'message has 2001 characters; 2000 are allowed.'],
  [
    { contact: 'javascript:1' },
    "contact 'javascript:1' is no e-mail address, telephone number or https URL.",
  ],
  [{ statusUrl: 'https://ann:secret@shop.example/' }, /is not an https URL/],
  [{ customPage: `<p>${'ü'.repeat(256 * 1_024)}` }, 'customPage is larger than 512 KiB.'],
  [{ customPage: 'just words' }, 'customPage holds no HTML.'],
  [{ allowIps: ['nonsense'] }, "allowIps 'nonsense' is no IP address or CIDR range such as 203.0.113.0/24."],
  [{ allowPaths: ['/a;b/*'] }, /^allowPaths '\/a;b\/\*' must be a plain path/],
])('finds the one fault of %j', (page, expected) => {
  expect(pageProblems(page, NOW)).toEqual([
    typeof expected === 'string' ? expected : expect.stringMatching(expected),
  ]);
});

it('finds every fault at once', () => {
  expect(pageProblems({ until: 'x', contact: 'x', allowIps: ['x', '::1', 'y'] }, NOW)).toHaveLength(4);
});
