import { describe, expect, it } from 'vitest';
import { localeOf, negotiateLocale } from '../../../src/worker/page/locale.js';
import { preferences } from '../../../src/worker/page/preferences.js';
import { RIGHT_TO_LEFT, TEXTS } from '../../../src/worker/texts/texts.js';

describe('negotiateLocale', () => {
  it.each([
    [null, 'en', 'en'],
    ['', 'en', 'en'],
    ['*', 'en', 'en'],
    ['en-GB,en;q=0.9', 'en', 'en-gb'],
    ['de;q=0.5, fr;q=0.9', 'fr', 'fr'],
    ['xx, tlh;q=0.9, pl;q=0.1', 'pl', 'pl'],
    ['de;q=0, nl', 'nl', 'nl'],
    ['zh', 'zh-Hans', 'zh'],
    ['zh-SG', 'zh-Hans', 'zh-sg'],
    ['zh-TW', 'zh-Hant', 'zh-tw'],
    ['zh-Hant-HK', 'zh-Hant', 'zh-hant-hk'],
    ['iw', 'he', 'iw'],
    ['pt-BR', 'pt', 'pt-br'],
    ['constructor, __proto__', 'en', 'en'],
    ['de-u-ca-buddhist', 'en', 'en'],
    ['de"><script>', 'en', 'en'],
  ])('%s: %s', (header, language, locale) => {
    expect(negotiateLocale(header)).toMatchObject({ language, locale });
  });

  it('reads no more of a header than anybody needs', () => {
    expect(negotiateLocale(`${'xx,'.repeat(100_000)}de`).language).toBe('en');
  });
});

it('turns right-to-left languages round', () => {
  expect(localeOf('ar-EG')?.direction).toBe('rtl');
  expect(localeOf('he')?.direction).toBe('rtl');
  expect(localeOf('en')?.direction).toBe('ltr');
});

it('orders what a header wants', () => {
  expect(preferences('a;q=0.1, B , c;q=0.5;x=1, d;q=0, e;q=., f;q=0.5')).toEqual(['b', 'c', 'f', 'a']);
  expect(preferences(null)).toEqual(['']);
});

describe('the built-in texts', () => {
  const languages = [...TEXTS.keys()];

  it('cover the languages promised', () => {
    const promised = 'en de fr es it pt nl pl tr ru uk ar he hi ja ko zh-Hans zh-Hant';
    expect(languages).toEqual(expect.arrayContaining(promised.split(' ')));
    expect(languages).toEqual(expect.arrayContaining([...RIGHT_TO_LEFT]));
  });

  it.each(languages)('%s says everything, in words of its own and without markup', (language) => {
    const texts = Object.entries(TEXTS.get(language) ?? {});
    expect(texts).toHaveLength(8);
    for (const [, text] of texts) expect(text).toMatch(/^[^<>&"\s][^<>&"]*$/u);
    expect(Intl.DateTimeFormat.supportedLocalesOf(language)).toEqual([language]);
    const others = languages
      .filter((other) => other !== language)
      .map((other) => TEXTS.get(other)?.selfCheck);
    expect(others).not.toContain(TEXTS.get(language)?.selfCheck);
  });
});
