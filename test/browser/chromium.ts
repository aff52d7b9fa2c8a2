import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether there is a browser to test in. */
export const hasChromium = existsSync(executablePath);

if (!hasChromium) {
  console.warn(
    `Browser tests are skipped: no Chromium at ${executablePath}. Set CHROMIUM to the path of one.`,
  );
}

/** The sandbox is off because containers, where these tests often run as root, do not allow it. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
