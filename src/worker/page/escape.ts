/** Text as HTML text or as a quoted attribute value: whatever it holds, it stays text. */
export function escapeHtml(text: string): string {
  return withoutControls(text).replace(/[&<>"']/g, reference);
}

/**
 * Text for a place in somebody's own page that we cannot see. Every ASCII character that means something in
 * HTML text, in an attribute with or without quotes or in a script's string becomes a character reference.
 */
export function escapeAnywhere(text: string): string {
  return withoutControls(text).replace(
    /[^\w.,:/\u0080-\u{10ffff}-]/gu,
    (character) => `&#${character.codePointAt(0)};`,
  );
}

/** Without control characters, line feeds and tabs aside: they can act on a terminal and mean nothing on a page. */
export function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
