/** Answers that are not the API's own: what a proxy, a firewall or a broken connection makes of one. */
import { type ApiRequest, endpointOf, mutates } from './api-request.js';
import { CloudflareError, type CloudflareFacts } from './errors.js';
import { cleanRay, type Quote } from './remote-text.js';
import type { Answer } from './request.js';

/** How much of a body is shown. */
const EXCERPT = 80;

/** The error of an answer in another form than the API's: HTML, cut off, empty, or of another shape. */
export function unreadable(answer: Answer, request: ApiRequest, quote: Quote): CloudflareError {
  const fine = answer.status >= 200 && answer.status < 300;
  const where = `${endpointOf(request)} (HTTP ${answer.status}, ${excerptOf(answer, quote)})`;
  return new CloudflareError('remote-unreadable', `The answer is not one of Cloudflare's API: ${where}.`, {
    ...factsOf(answer, request),
    hint: 'Something between here and Cloudflare may have answered: check the proxy and CLOUDFLARE_API_BASE_URL.',
    retryable: fine,
    ambiguous: fine && mutates(request),
  });
}

export function isChallenge(answer: Answer): boolean {
  return answer.headers['cf-mitigated'] === 'challenge';
}

/** The error of a page that asks for a browser and a person. */
export function challenged(answer: Answer, request: ApiRequest): CloudflareError {
  const where = `${endpointOf(request)} (HTTP ${answer.status})`;
  const message = `A security check of Cloudflare, which no program can pass, stands before its API: ${where}.`;
  return new CloudflareError('remote-refused', message, {
    ...factsOf(answer, request),
    hint: 'Try from another network, or ask Cloudflare support with the request id.',
  });
}

/** The error of a redirect: none is followed, so that the token goes nowhere else. */
export function redirected(answer: Answer, request: ApiRequest, quote: Quote): CloudflareError {
  const target = answer.headers.location ?? '';
  const host = URL.canParse(target) ? ` to ${quote(new URL(target).host, EXCERPT)}` : '';
  const where = `${endpointOf(request)} (HTTP ${answer.status})`;
  const message = `The API answered with a redirect${host}, which it never does: ${where}.`;
  return new CloudflareError('remote-unreadable', message, {
    ...factsOf(answer, request),
    hint: 'The token was not sent on. Check the proxy and CLOUDFLARE_API_BASE_URL.',
  });
}

/** The beginning of a body in words, without its markup. */
export function excerptOf(answer: Answer, quote: Quote): string {
  const body = answer.body.toString('utf8', 0, 2000);
  const words = quote(body.replace(/<(script|style)\b[\s\S]*?<\/\1>|<[^>]*>/gi, ' '), EXCERPT);
  return words === '' ? 'no text' : `it begins "${words}"`;
}

/** What every error of an answer tells; by itself it is final and changed nothing. */
export function factsOf(answer: Answer, request: ApiRequest): CloudflareFacts {
  return {
    status: answer.status,
    endpoint: endpointOf(request),
    codes: [],
    ray: cleanRay(answer.headers['cf-ray']),
    retryable: false,
    ambiguous: false,
  };
}
