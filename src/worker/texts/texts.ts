/** The built-in texts by language. A new language is a file here and a line below. */
import { ar } from './ar.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { he } from './he.js';
import { hi } from './hi.js';
import { it } from './it.js';
import { ja } from './ja.js';
import { ko } from './ko.js';
import { nl } from './nl.js';
import type { PageTexts } from './page-texts.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { ru } from './ru.js';
import { tr } from './tr.js';
import { uk } from './uk.js';
import { zhHans } from './zh-hans.js';
import { zhHant } from './zh-hant.js';

/** Keys are BCP 47 tags and go into the page's `lang` as they stand. */
export const TEXTS: ReadonlyMap<string, PageTexts> = new Map(
  Object.entries({
    en,
    de,
    fr,
    es,
    it,
    pt,
    nl,
    pl,
    tr,
    ru,
    uk,
    ar,
    he,
    hi,
    ja,
    ko,
    'zh-Hans': zhHans,
    'zh-Hant': zhHant,
  }),
);

export const FALLBACK_TEXTS: PageTexts = en;

export const RIGHT_TO_LEFT: readonly string[] = ['ar', 'he'];
