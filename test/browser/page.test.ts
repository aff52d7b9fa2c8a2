import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerModules } from '../../src/worker/deployment-modules.js';
import type { PageSettings } from '../../src/worker/settings.js';
import { pageSettings } from '../support/page-settings.js';
import { type Edge, startEdge } from '../support/workerd.js';
import { hasChromium, openChromium } from './chromium.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const MINUTE = 60_000;
/** Lets the page's clock run, in steps that leave its requests the real time that they need. */
async function letPass(page: Page, minutes: number): Promise<void> {
  for (let step = 0; step < minutes * 4; step += 1) {
    await page.clock.runFor(MINUTE / 4);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
const from = (minutes: number) => new Date(Date.now() + minutes * MINUTE).toISOString();
const full: Partial<PageSettings> = {
  since: from(-60),
  until: from(60),
  message: 'We are moving to a faster database.\n\nYour basket is safe.',
  contact: 'help@shop.example',
  statusUrl: 'https://status.shop.example/',
};
const long = { title: 'Donaudampfschifffahrtsgesellschaft'.repeat(4), message: 'A long story. '.repeat(200) };
const worker = (changes: Partial<PageSettings>, customPage: string | null = null) => ({
  modules: workerModules(pageSettings(changes), null, customPage),
});

describe.skipIf(!hasChromium)('the page in a browser', () => {
  let browser: Browser;
  let edge: Edge;
  beforeAll(async () => {
    [browser, edge] = await Promise.all([
      openChromium(),
      startEdge({
        full: worker(full),
        bare: worker({}),
        long: worker({ ...full, ...long }),
        overdue: worker({ ...full, until: from(-1) }),
        custom: worker(
          full,
          '<!doctype html><style>p{color:red}</style><p>{{message}}</p><script>document.title="own"</script>',
        ),
      }),
    ]);
  });
  afterAll(() => Promise.all([browser?.close(), edge?.close()]));

  /** Opens the page of a Worker and hands it over together with what the browser refused or complained about. */
  async function visit<T>(
    name: string,
    options: BrowserContextOptions,
    look: (page: Page, complaints: string[]) => Promise<T>,
    before: (page: Page) => Promise<unknown> = async () => {},
  ): Promise<T> {
    const context = await browser.newContext(options);
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        const isStatus = message.text().includes('the server responded with a status of 503');
        if (message.type() === 'error' && !isStatus) complaints.push(message.text());
      });
      await before(page);
      await page.goto(edge.address(name));
      return await look(page, complaints);
    } finally {
      await context.close();
    }
  }

  it.each([
    ['full', 'light', 1280, 'de'],
    ['full', 'dark', 320, 'ar'],
    ['bare', 'dark', 1280, 'ja'],
    ['long', 'light', 320, 'en'],
    ['overdue', 'light', 320, 'ar'],
  ] as const)(
    '%s is accessible, whole and quiet: %s, %i pixels, %s',
    async (name, colorScheme, width, locale) => {
      const options = { colorScheme, locale, viewport: { width, height: 800 } };
      await visit(name, options, async (page, complaints) => {
        await page.evaluate(AXE);
        const run =
          "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })";
        const { violations, passes } = (await page.evaluate(run)) as AxeResults;
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(passes.map(({ id }) => id)).toEqual(
          expect.arrayContaining(['color-contrast', 'html-has-lang']),
        );
        const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
        expect(widths).toEqual([width, width]);
        expect(complaints).toEqual([]);
      });
    },
  );

  it('covers the footer of a right-to-left page with nothing', async () => {
    await visit('full', { locale: 'he' }, async (page) => {
      const isOnTop = `(() => {
        document.querySelector('footer').scrollIntoView();
        const box = document.querySelector('footer p').getBoundingClientRect();
        return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).closest('footer') !== null;
      })()`;
      expect(await page.evaluate(isOnTop)).toBe(true);
    });
  });

  it('writes the end in the time of the visitor, and how long it is until then', async () => {
    await visit('full', { locale: 'en-GB', timezoneId: 'Asia/Kathmandu' }, async (page) => {
      const time = page.locator('time');
      const expected = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Kathmandu' });
      await expect(time.textContent()).resolves.toContain(expected.format(new Date(full.until as string)));
      await expect(time.textContent()).resolves.toContain('GMT+5:45');
      await expect(page.locator('[data-relative]').textContent()).resolves.toBe('in 60 minutes');
      await expect(page.locator('[data-overdue]').isVisible()).resolves.toBe(false);
    });
  });

  it('admits that it takes longer once the end has passed before the visitor’s eyes', async () => {
    await visit(
      'full',
      { locale: 'en' },
      async (page) => {
        await page.clock.fastForward(61 * MINUTE);
        await expect(page.locator('[data-overdue]').isVisible()).resolves.toBe(true);
        await expect(page.locator('[data-relative]').isVisible()).resolves.toBe(false);
      },
      (page) => page.clock.install(),
    );
  });

  it('is complete without a script, in UTC, and promises nothing that only a script can do', async () => {
    await visit('full', { javaScriptEnabled: false, locale: 'en' }, async (page) => {
      await expect(page.locator('time').textContent()).resolves.toMatch(/ UTC$/);
      await expect(page.locator('[data-check]').isVisible()).resolves.toBe(false);
    });
  });

  it('asks now and then, not often, and opens the site once it is back', async () => {
    let asked = 0;
    let isBack = false;
    await visit(
      'full',
      { locale: 'en' },
      async (page) => {
        await expect(page.locator('[data-check]').isVisible()).resolves.toBe(true);
        await letPass(page, 0.5);
        expect(asked).toBe(0);
        await letPass(page, 10);
        expect(asked).toBeGreaterThanOrEqual(3);
        expect(asked).toBeLessThanOrEqual(9);
        await expect(page.locator('h1').count()).resolves.toBe(1);
        isBack = true;
        await letPass(page, 7);
        await page.getByText('The site.').waitFor();
      },
      async (page) => {
        await page.clock.install();
        await page.route('**/*', (route) => {
          if (route.request().method() === 'HEAD') asked += 1;
          return isBack ? route.fulfill({ body: 'The site.' }) : route.continue();
        });
      },
    );
  });

  it('stays where the site is back but broken', async () => {
    let asked = 0;
    await visit(
      'full',
      { locale: 'en' },
      async (page) => {
        await letPass(page, 3);
        expect(asked).toBeGreaterThan(0);
        await expect(page.locator('h1').count()).resolves.toBe(1);
      },
      async (page) => {
        await page.clock.install();
        await page.route('**/*', (route) => {
          if (route.request().method() !== 'HEAD') return route.continue();
          asked += 1;
          return route.fulfill({ status: 502 });
        });
      },
    );
  });

  it('lets a page of one’s own have its style and script', async () => {
    await visit('custom', {}, async (page, complaints) => {
      await expect(page.title()).resolves.toBe('own');
      await expect(page.locator('p').textContent()).resolves.toContain('Your basket is safe.');
      expect(complaints.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
    });
  });
});
