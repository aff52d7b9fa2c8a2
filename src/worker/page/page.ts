import type { PageSettings } from '../settings.js';
import type { PageTexts } from '../texts/page-texts.js';
import { escapeHtml } from './escape.js';
import { horizon } from './horizon.js';
import { contactLink, httpsLink, type Link } from './links.js';
import type { PageLocale } from './locale.js';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-assets.generated.js';
import { progress, utcTime } from './times.js';

/** For whom and when a page is made. */
export interface PageView {
  readonly locale: PageLocale;
  readonly now: Date;
  /** The host that the visitor asked for, shown as the page's name; null: none. */
  readonly host: string | null;
}

/** The built-in page as a whole HTML document. Nothing of the settings can become an element or an attribute. */
export function renderPage(settings: PageSettings, view: PageView): string {
  const { language, direction, texts } = view.locale;
  const title = settings.title || texts.title;
  const passed = progress(settings, view.now);
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>${hostName(view.host)}</header>
<main>
<h1 dir="auto">${escapeHtml(title)}</h1>
<p dir="auto">${escapeHtml(settings.message || texts.lead)}</p>
${overdueNote(passed, texts)}${facts(settings, texts, view)}</main>
${horizon(passed)}
<footer>
<p data-check hidden>${texts.selfCheck}</p>
<p>${texts.reference}: <bdi>${escapeHtml(settings.eventId)}</bdi></p>
</footer>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** Punycode says nothing to a visitor, and a bare address is no name. */
function hostName(host: string | null): string {
  const isName = host !== null && !/xn--|^[\d.]+$|\[/.test(host);
  return isName ? `<bdi>${escapeHtml(host.replace(/^www\./, ''))}</bdi>` : '';
}

/** Present but hidden before its time, for the script to show. */
function overdueNote(passed: number | null, texts: PageTexts): string {
  return passed === null
    ? ''
    : `<p class="overdue" data-overdue${passed < 1 ? ' hidden' : ''}>${texts.overdue}</p>\n`;
}

function facts({ until, contact, statusUrl }: PageSettings, texts: PageTexts, view: PageView): string {
  const rows = [
    fact(texts.expectedBack, until && expectedEnd(until, view.locale.locale)),
    fact(texts.contact, contact && anchor(contactLink(contact), contact)),
    fact(texts.statusPage, anchor(httpsLink(statusUrl))),
  ].join('');
  return rows === '' ? '' : `<dl>\n${rows}</dl>\n`;
}

function fact(label: string, value: string | null): string {
  return value ? `<div><dt>${label}</dt><dd>${value}</dd></div>\n` : '';
}

function expectedEnd(until: string, locale: string): string {
  const time = `<time datetime="${new Date(until).toISOString()}" data-locale="${locale}">${utcTime(until, locale)}</time>`;
  return `${time}<small data-relative hidden></small>`;
}

/** A link, or the bare text where there is none. */
function anchor(link: Link | null, text = ''): string {
  const label = `<bdi>${escapeHtml(link?.label ?? text)}</bdi>`;
  return link === null ? text && label : `<a href="${escapeHtml(link.href)}">${label}</a>`;
}
