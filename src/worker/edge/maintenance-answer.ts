import { fillCustomPage } from '../page/custom-page.js';
import { negotiateLocale } from '../page/locale.js';
import { type PageView, renderPage } from '../page/page.js';
import { renderProblem, renderText } from '../page/plain-bodies.js';
import type { PageSettings } from '../settings.js';
import { clientKind } from './client-kind.js';
import { builtInPagePolicy, CUSTOM_PAGE_POLICY } from './content-policy.js';
import { corsHeaders, isPreflight } from './cors.js';
import { retryAfter } from './retry-after.js';

/** What a Worker of ours was deployed with. */
export interface Deployed {
  readonly settings: PageSettings;
  /** HTML; empty: the built-in page. */
  readonly customPage: string;
}

/** What changes from one request to the next. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

type Body = readonly [type: string, content: string | null, headers?: Record<string, string>];

/**
 * The 503 in the form that the client can read. There is no `X-Robots-Tag: noindex`: crawlers keep a page whose
 * address answers 503, and drop one that says noindex.
 */
export async function maintenanceAnswer(
  request: Request,
  deployed: Deployed,
  { now, random }: Moment,
): Promise<Response> {
  const { settings } = deployed;
  const locale = negotiateLocale(request.headers.get('accept-language'));
  const view = { locale, now: new Date(now), host: new URL(request.url).hostname };
  const seconds = retryAfter(settings.until, now, random);
  const [type, content, headers] = await bodyFor(request, deployed, view, seconds);
  const isBare = isPreflight(request);
  return new Response(isBare || request.method === 'HEAD' ? null : content, {
    status: isBare ? 204 : 503,
    headers: {
      'content-type': type,
      'retry-after': `${seconds}`,
      'cache-control': 'no-store',
      'content-language': locale.language,
      'x-maint-event': settings.eventId,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      vary: 'Accept, Accept-Language, Origin, Sec-Fetch-Dest',
      ...corsHeaders(request),
      ...headers,
    },
  });
}

async function bodyFor(
  request: Request,
  { settings, customPage }: Deployed,
  view: PageView,
  seconds: number,
): Promise<Body> {
  switch (clientKind(request)) {
    case 'html':
      return [
        'text/html; charset=utf-8',
        customPage === '' ? renderPage(settings, view) : fillCustomPage(customPage, settings, view),
        {
          'content-security-policy': customPage === '' ? await builtInPagePolicy() : CUSTOM_PAGE_POLICY,
          'x-frame-options': 'DENY',
        },
      ];
    case 'problem':
      return ['application/problem+json', renderProblem(settings, view, seconds)];
    case 'grpc':
      // 14 is UNAVAILABLE, which clients retry; they make the same of a bare 503.
      return ['application/grpc', null, { 'grpc-status': '14', 'grpc-message': 'maintenance' }];
    case 'text':
      return ['text/plain; charset=utf-8', renderText(settings, view)];
  }
}
