import type { PageSettings } from '../settings.js';
import { withoutControls } from './escape.js';
import { contactLink, httpsLink } from './links.js';
import type { PageView } from './page.js';
import { progress } from './times.js';

/** The page for whoever reads neither HTML nor JSON. */
export function renderText(settings: PageSettings, view: PageView): string {
  const { texts } = view.locale;
  const line = (label: string, value: string | null) => (value === null ? '' : `${label}: ${value}\n`);
  const overdue = progress(settings, view.now) === 1 ? `${texts.overdue}\n` : '';
  return withoutControls(`${settings.title || texts.title}

${settings.message || texts.lead}

${overdue}${line(texts.expectedBack, settings.until)}\
${line(texts.contact, settings.contact)}\
${line(texts.statusPage, httpsLink(settings.statusUrl)?.href ?? null)}\
${line(texts.reference, settings.eventId)}`);
}

/**
 * The page for programs: a problem document (RFC 9457). Its type is `about:blank`, so its title is that of the
 * status; what the operator says is the detail, and the rest are members that a client can act on.
 * @param retryAfter seconds, the same as in the header
 */
export function renderProblem(settings: PageSettings, view: PageView, retryAfter: number): string {
  const { eventId: event, title, message, since, until } = settings;
  const contact = contactLink(settings.contact)?.label ?? null;
  const statusUrl = httpsLink(settings.statusUrl)?.href ?? null;
  const problem = {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: message || title || view.locale.texts.lead,
    retryAfter,
    maintenance: { event, title, since, until, contact, statusUrl },
  };
  return `${JSON.stringify(problem, null, 2)}\n`;
}
