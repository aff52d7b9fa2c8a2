import type { PageSettings } from '../settings.js';
import { escapeAnywhere } from './escape.js';
import { contactLink, httpsLink } from './links.js';
import type { PageView } from './page.js';
import { utcTime } from './times.js';

/** What may stand between `{{` and `}}` in a page of one's own. */
export type Placeholder = 'title' | 'message' | 'until' | 'contact' | 'status_url' | 'event' | 'locale';

/**
 * A page of one's own with its placeholders filled in. Values are inserted as inert text. What is not known is
 * empty, and so is a contact or address that could not safely be a link; unknown placeholders stay as they are.
 */
export function fillCustomPage(html: string, settings: PageSettings, view: PageView): string {
  const { texts } = view.locale;
  const values: Record<Placeholder, string> = {
    title: settings.title || texts.title,
    message: settings.message || texts.lead,
    until: settings.until === null ? '' : utcTime(settings.until, view.locale.locale),
    contact: contactLink(settings.contact)?.label ?? '',
    status_url: httpsLink(settings.statusUrl)?.href ?? '',
    event: settings.eventId,
    locale: view.locale.language,
  };
  return html.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? escapeAnywhere(values[name as Placeholder]) : whole,
  );
}
