import type { PageTexts } from '../texts/page-texts.js';
import { FALLBACK_TEXTS, RIGHT_TO_LEFT, TEXTS } from '../texts/texts.js';
import { preferences } from './preferences.js';

/** In which words a page is written. */
export interface PageLocale {
  /** A language of the built-in texts: `en`. */
  readonly language: string;
  /** How times are written: `en-GB`. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  readonly texts: PageTexts;
}

const ENGLISH: PageLocale = { language: 'en', locale: 'en', direction: 'ltr', texts: FALLBACK_TEXTS };
/** Language, script and region only: no extensions, which could change calendar or digits. */
const TAG = /^([a-z]{2,3})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?$/i;
/** `iw` is what Hebrew was called, and some clients still call it. */
const ALIASES = new Map([
  ['iw', 'he'],
  ['zh', 'zh-Hans'],
]);
const TRADITIONAL_CHINESE = /^zh-(?:hant|tw|hk|mo)\b/i;

/** The built-in language of a BCP 47 tag, or null where there is none. Never throws. */
export function localeOf(tag: string): PageLocale | null {
  const code = TAG.exec(tag)?.[1]?.toLowerCase() ?? '';
  const language = TRADITIONAL_CHINESE.test(tag) ? 'zh-Hant' : (ALIASES.get(code) ?? code);
  const texts = TEXTS.get(language);
  if (texts === undefined) return null;
  return { language, locale: tag, direction: RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr', texts };
}

/** The visitor's most wanted language among the built-in ones; English where there is none. */
export function negotiateLocale(acceptLanguage: string | null): PageLocale {
  const known = preferences(acceptLanguage).map(localeOf);
  return known.find((locale) => locale !== null) ?? ENGLISH;
}
