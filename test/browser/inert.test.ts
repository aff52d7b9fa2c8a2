import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutControls } from '../../src/worker/page/escape.js';
import { previewPage } from '../../src/worker/preview.js';
import { pageSettings } from '../support/page-settings.js';
import { hasChromium, openChromium } from './chromium.js';

/** Ways out of text, attribute, script, style, comment and title that have worked somewhere. */
const ATTACKS = [
  '<script>alert(1)</script>',
  '</h1></title></style></script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  'x onmouseover=alert(1) y=',
  '<svg/onload=alert(1)>',
  '--><!--><script>',
  '<!-- ',
  '<![CDATA[<b>]]>',
  ']]><b>',
  '&lt;b&gt;&#60;b&#62;&NewLine;&colon;',
  '&#x3c;b&#x3e',
  'javascript:alert(1)',
  'https://a.example/"onclick="alert(1)',
  "https://a.example/'><b>",
  'a@b.example"><b>',
  "';alert(1)//",
  '";alert(1)//',
  '\\";alert(1)//',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an attack on templates
  '`${alert(1)}`',
  '{{message}}{{title}}',
  '$&$1$`',
  '\u0000<b>',
  '<b\u0000>',
  '\u2028alert(1)\u2029',
  '\ufeff<b>',
  '\ud800<b>',
  '＜b＞',
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<template><b></template>',
  '<plaintext>',
  '</body></html><b>',
  '<a href="&#106;avascript:alert(1)">',
  '<meta http-equiv=refresh content=0>',
  '<base href=//evil.example>',
];

const PIECES = [
  '<',
  '>',
  '"',
  "'",
  '`',
  '&',
  ';',
  '/',
  '=',
  ' ',
  '\n',
  '-->',
  '<!--',
  'script',
  'onerror',
  '{{',
  '}}',
  '\\',
  '#',
  'x',
];
const attack = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...ATTACKS)), { maxLength: 12 })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** A page of one's own with every placeholder in text, in attributes with and without quotes, and in a script's string. */
const OWN =
  '<title>{{title}}</title><p title="{{message}}" class=\'{{title}}\' id=x{{message}}>{{message}}</p><script>"{{message}}";\'{{title}}\'</script>';

/** Runs in the browser: parses each document and writes down its elements, attribute names, and what its parts say. */
const PARSE = `(documents) => documents.map((html) => {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const nodes = [...parsed.querySelectorAll('*')];
  const shape = nodes.map((node) => [node.localName, ...node.getAttributeNames()].join(' ')).join('\\n');
  const comments = parsed.evaluate('count(//comment())', parsed, null, 1, null).numberValue;
  return { shape: shape + comments, title: parsed.querySelector('h1')?.textContent, message: parsed.querySelector('p')?.textContent };
})`;

interface Parsed {
  readonly shape: string;
  readonly title: string;
  readonly message: string;
}

const options = { locale: 'en', now: new Date('2026-03-01T11:00:00Z'), host: 'shop.example' };
const builtIn = (text: string) =>
  previewPage(
    pageSettings({ title: text, message: text, contact: text, until: '2026-03-01T12:00:00Z' }),
    options,
  );
const own = (text: string) =>
  previewPage(pageSettings({ title: text, message: text }), { ...options, customPage: OWN });
const plain = (text: string | undefined) => Buffer.from(withoutControls(text ?? '')).toString();

describe.skipIf(!hasChromium)('whatever an operator types', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openChromium();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  const parse = (documents: string[]) =>
    page.evaluate(`(${PARSE})(${JSON.stringify(documents)})`) as Promise<Parsed[]>;
  const generated = fc.sample(attack, { numRuns: 500, seed: 20260301 });
  // Without text the page says its own.
  const texts = [...ATTACKS, ...generated].filter((text) => text !== '');

  it('stays text on the built-in page: the same elements and attributes, and every character in its place', async () => {
    const [harmless] = await parse([builtIn('harmless')]);
    const parsed = await parse(texts.map(builtIn));
    for (const [index, text] of texts.entries()) {
      // An address that may be a link adds a link and nothing else.
      const shape = parsed[index]?.shape.replace('dd\na href\nbdi', 'dd\nbdi');
      expect({ text, shape }).toEqual({ text, shape: harmless?.shape });
      expect(plain(parsed[index]?.title)).toBe(plain(text));
      expect(plain(parsed[index]?.message)).toBe(plain(text));
    }
  });

  it('stays text on a page of one’s own, wherever the placeholder stands', async () => {
    const [harmless] = await parse([own('harmless')]);
    const parsed = await parse(texts.map(own));
    for (const [index, text] of texts.entries()) {
      expect({ text, shape: parsed[index]?.shape }).toEqual({ text, shape: harmless?.shape });
      expect(plain(parsed[index]?.message)).toBe(plain(text));
    }
  });
});
