import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventId, eventOfScript, scriptName } from '../../../src/model/event.js';

const bytes = fc.uint8Array({ minLength: 8, maxLength: 16 });
const days = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

describe('eventId', () => {
  it('starts with the day, in UTC', () => {
    const lateOnMonday = new Date('2026-11-23T23:30:00-05:00');
    expect(eventId(lateOnMonday, new Uint8Array(8))).toBe('20261124-aaaaaaaa');
  });

  it('uses five bits of each of eight bytes', () => {
    const random = Uint8Array.from([0, 1, 31, 32, 63, 255, 11, 13, 99]);
    expect(eventId(new Date('2026-11-23T12:00:00Z'), random)).toBe('20261123-ab9a99mp');
  });
});

describe('scriptName', () => {
  it('is a name that Cloudflare takes, whatever the event', () => {
    fc.assert(
      fc.property(days, bytes, fc.integer({ min: 1, max: 9_999 }), (day, random, part) => {
        expect(scriptName(eventId(day, random), part)).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
      }),
    );
  });

  it('leads back to its event', () => {
    fc.assert(
      fc.property(days, bytes, fc.integer({ min: 1, max: 9_999 }), (day, random, part) => {
        const id = eventId(day, random);
        expect(eventOfScript(scriptName(id, part))).toBe(id);
      }),
    );
  });

  it('differs for each part', () => {
    expect([1, 2, 11].map((part) => scriptName('20261123-abcdefgh', part))).toEqual([
      'maint-20261123-abcdefgh',
      'maint-20261123-abcdefgh-2',
      'maint-20261123-abcdefgh-11',
    ]);
  });
});

describe('eventOfScript', () => {
  it.each([
    null,
    '',
    'maint-',
    'shop',
    'maint-page',
    'my-maint-20261123-abcdefgh',
    'maint-20261123-abcdefgh-extra',
    'maint-20261123-abcdefghi',
    'maint-2026112-abcdefgh',
    'MAINT-20261123-ABCDEFGH',
    'maint-20261123-abcdefgh\n',
  ])('knows that %j is not one of ours', (script) => {
    expect(eventOfScript(script)).toBeNull();
  });
});
