import { fillCustomPage } from './page/custom-page.js';
import { localeOf, negotiateLocale } from './page/locale.js';
import { renderPage } from './page/page.js';
import type { PageSettings } from './settings.js';

/** For whom a page is previewed. */
export interface PreviewOptions {
  /** A BCP 47 tag; a language without built-in texts shows English, as it would at the edge. */
  readonly locale: string;
  readonly now: Date;
  /** The host to show as the page's name. */
  readonly host?: string;
  /** The HTML of a page of one's own, shown instead of the built-in one. */
  readonly customPage?: string | null;
}

/** The HTML that a browser would get, made by the very code that runs at the edge. */
export function previewPage(settings: PageSettings, options: PreviewOptions): string {
  const view = {
    locale: localeOf(options.locale) ?? negotiateLocale(null),
    now: options.now,
    host: options.host ?? null,
  };
  const customPage = options.customPage ?? null;
  return customPage === null ? renderPage(settings, view) : fillCustomPage(customPage, settings, view);
}
