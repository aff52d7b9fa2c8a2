/** The Cloudflare API v4 client. */
import type { CloudflareApi } from './api.js';
import { accountsOf } from './resources/accounts.js';
import { customDomainsOf } from './resources/custom-domains.js';
import { dnsOf } from './resources/dns.js';
import { permissionsOf } from './resources/permission-probes.js';
import { redirectsOf } from './resources/redirects.js';
import { routesOf } from './resources/routes.js';
import { scriptsOf } from './resources/scripts.js';
import { settingsOf } from './resources/settings.js';
import { tokensOf } from './resources/tokens.js';
import { zonesOf } from './resources/zones.js';
import type { CloudflareOptions } from './transport/options.js';
import { Transport } from './transport/transport.js';

export { CloudflareError } from './transport/errors.js';
export type { CloudflareOptions, HttpTrace } from './transport/options.js';

/**
 * A client for one token. Nothing is sent before the first call; `close` ends its connections.
 * @throws MaintError `token-missing`, `token-invalid` or `usage` for options that could never work.
 * @example
 * const api = createCloudflare({ token, baseUrl: 'https://api.cloudflare.com/client/v4', ...clock });
 * const zones = await api.zones.list();
 */
export function createCloudflare(options: CloudflareOptions): CloudflareApi {
  const transport = new Transport(options);
  return {
    zones: zonesOf(transport),
    accounts: accountsOf(transport),
    tokens: tokensOf(transport),
    scripts: scriptsOf(transport),
    routes: routesOf(transport),
    dns: dnsOf(transport),
    settings: settingsOf(transport),
    permissions: permissionsOf(transport),
    customDomains: customDomainsOf(transport),
    redirects: redirectsOf(transport),
    get heard() {
      return transport.heard;
    },
    get sent() {
      return transport.sent;
    },
    get budgetLeft() {
      return transport.budgetLeft;
    },
    close: () => transport.close(),
  };
}
