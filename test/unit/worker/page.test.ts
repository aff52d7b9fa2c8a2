import { describe, expect, it } from 'vitest';
import { previewPage } from '../../../src/worker/preview.js';
import type { PageSettings } from '../../../src/worker/settings.js';
import { pageSettings } from '../../support/page-settings.js';

const now = new Date('2026-03-01T11:00:00Z');
const page = (changes: Partial<PageSettings>, locale = 'en') =>
  previewPage(pageSettings(changes), { locale, now });
const until = '2026-03-01T12:00:00.000Z';

describe('the built-in page', () => {
  it('says what the operator says, and else what the language says', () => {
    const own = page({ title: 'Moving house', message: 'Back at noon.' });
    expect(own).toContain('<title>Moving house</title>');
    expect(own).toContain('<h1 dir="auto">Moving house</h1>\n<p dir="auto">Back at noon.</p>');
    expect(page({ title: 'a\u0000\u001b[2Jb' })).toContain('<title>a[2Jb</title>');
    expect(page({}, 'nl-BE')).toContain('<h1 dir="auto">We zijn snel weer terug</h1>');
    expect(page({}, 'tlh')).toContain('<html lang="en" dir="ltr">');
  });

  it('gives the expected end in UTC, for a script to put into the visitor’s time', () => {
    expect(page({ until }, 'en-GB')).toContain(
      '<time datetime="2026-03-01T12:00:00.000Z" data-locale="en-GB">1 March 2026 at 12:00 UTC</time>',
    );
    expect(page({})).not.toContain('<time');
  });

  it('admits that it takes longer, once it does', () => {
    expect(page({ until })).toContain('data-overdue hidden>');
    expect(page({ until: '2026-03-01T10:59:00Z' })).toContain('data-overdue>');
    expect(page({})).not.toContain('class="overdue"');
  });

  it.each([
    ['help@shop.example', '<a href="mailto:help@shop.example"><bdi>help@shop.example</bdi></a>'],
    ['tel:+49 (30) 123-45', '<a href="tel:+493012345"><bdi>+49 (30) 123-45</bdi></a>'],
    ['https://shop.example/help/', '<a href="https://shop.example/help/"><bdi>shop.example/help</bdi></a>'],
    ['javascript:alert(1)', '<dd><bdi>javascript:alert(1)</bdi></dd>'],
    ['a@b.example?subject=x', '<dd><bdi>a@b.example?subject=x</bdi></dd>'],
    ['http://shop.example', '<dd><bdi>http://shop.example</bdi></dd>'],
  ])('shows the contact %s, as a link where it safely is one', (contact, html) => {
    expect(page({ contact })).toContain(html);
  });

  it('links to a status page by https alone', () => {
    expect(page({ statusUrl: 'https://status.example/a?b="c"' })).toContain(
      'href="https://status.example/a?b=%22c%22"',
    );
    expect(page({ statusUrl: 'javascript:alert(1)' })).not.toContain('javascript:');
    expect(page({ statusUrl: 'not a url' })).not.toContain('<dl>');
  });

  it.each([
    ['www.shop.example', '<header><bdi>shop.example</bdi></header>'],
    ['xn--bcher-kva.example', '<header></header>'],
    ['127.0.0.1', '<header></header>'],
  ])('bears the name of %s where it reads as one', (host, header) => {
    expect(previewPage(pageSettings(), { locale: 'en', now, host })).toContain(header);
  });

  it('loads nothing from anywhere', () => {
    const html = page({ until, title: 'a', message: 'b' });
    expect(html).not.toMatch(/<(?:img|iframe|object|embed|base|meta http-equiv)|src=|@import|url\((?!#glow)/);
    expect(html.match(/<link[^>]*>/g)).toEqual(['<link rel="icon" href="data:,">']);
  });
});

describe('a page of one’s own', () => {
  const fill = (html: string, changes: Partial<PageSettings> = {}) =>
    previewPage(pageSettings({ until, ...changes }), { locale: 'de', now, customPage: html });

  it('gets its placeholders filled in', () => {
    const html = '{{title}}|{{ until }}|{{contact}}|{{status_url}}|{{event}}|{{locale}}';
    expect(
      fill(html, { contact: 'a@b.example', statusUrl: 'https://s.example/' }).replaceAll('&#32;', ' '),
    ).toBe(
      'Wir sind bald zurück|1. März 2026 um 12:00 UTC|a&#64;b.example|https://s.example/|20260301-abcdefgh|de',
    );
    expect(fill('[{{contact}}{{status_url}}]', { contact: 'javascript:alert(1)' })).toBe('[]');
  });

  it('keeps what is no placeholder, and fills in nothing twice', () => {
    expect(fill('{{name}} {{constructor}} {title}')).toBe('{{name}} {{constructor}} {title}');
    const message = '{{event}} $& $1';
    expect(fill('{{message}}', { message })).toBe('&#123;&#123;event&#125;&#125;&#32;&#36;&#38;&#32;&#36;1');
  });
});
