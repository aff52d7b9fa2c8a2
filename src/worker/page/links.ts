/** Which contacts and addresses become links. They were checked when typed; the page trusts nobody and checks again. */

export interface Link {
  readonly href: string;
  readonly label: string;
}

/** An https URL as a link labelled with its host and path, or null for anything else. Never throws. */
export function httpsLink(text: string | null): Link | null {
  if (text === null || !URL.canParse(text)) return null;
  const { protocol, href, host, pathname } = new URL(text);
  return protocol === 'https:' ? { href, label: host + pathname.replace(/\/$/, '') } : null;
}

/** A contact as a link: an e-mail address, a telephone number or an https URL. Null for anything else. */
export function contactLink(text: string | null): Link | null {
  const label = text?.trim().replace(/^(?:mailto|tel):/, '') ?? '';
  if (/^[\w.+-]+@[\p{L}\p{N}.-]+$/u.test(label)) return { href: `mailto:${label}`, label };
  if (/^\+?[\d ().-]{3,30}$/.test(label)) return { href: `tel:${label.replace(/[^\d+]/g, '')}`, label };
  return httpsLink(label);
}
