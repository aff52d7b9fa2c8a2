/**
 * The Worker that stands before a site during maintenance. What it is told lies beside it in `settings.txt` and
 * `page.txt`; `restore.txt`, which also lies there, is for whoever takes the page down and is never read here.
 */

import type { PageSettings } from '../settings.js';
import { admission } from './admission.js';
import { bypassCookie, withoutSecret } from './bypass.js';
import { type Deployed, type Moment, maintenanceAnswer } from './maintenance-answer.js';
import customPage from './page.txt';
import settingsText from './settings.txt';
import { askUpstream, type Bindings, forGuest } from './upstream.js';

const here = readDeployed();

export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    try {
      if (here !== null) return await answer(request, env, here, { now: Date.now(), random: Math.random() });
    } catch {
      // Fail closed: what must not be seen during maintenance stays unseen, whatever goes wrong here.
    }
    return new Response('This site is under maintenance.\n', {
      status: 503,
      headers: {
        'retry-after': '300',
        'cache-control': 'no-store',
        'x-maint-event': here?.settings.eventId ?? 'unknown',
      },
    });
  },
};

/** The settings were checked before the upload; what this guards against is a deployment put together by hand. */
function readDeployed(): Deployed | null {
  try {
    const settings = JSON.parse(settingsText) as PageSettings;
    const isValid = settings.schema === 1 && settings.bypassSecret.length >= 22;
    return isValid ? { settings, customPage: customPage.trim() } : null;
  } catch {
    return null;
  }
}

async function answer(
  request: Request,
  env: Bindings,
  deployed: Deployed,
  moment: Moment,
): Promise<Response> {
  const { settings } = deployed;
  switch (await admission(request, settings, moment.now)) {
    case 'link':
      return admit(request, await bypassCookie(settings, moment.now, request.url.startsWith('https:')));
    case 'guest':
      return forGuest(await askUpstream(request, settings, env), settings.eventId);
    case 'public':
      return askUpstream(request, settings, env);
    case 'page':
      return maintenanceAnswer(request, deployed, moment);
  }
}

/** Trades the secret in the address for a cookie, and sends the visitor to the same address without it. */
function admit(request: Request, cookie: string): Response {
  return new Response(null, {
    status: 302,
    headers: {
      location: withoutSecret(request.url),
      'set-cookie': cookie,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
  });
}
