/** Every endpoint this sandbox serves. */
import { accountEndpoints } from './accounts.js';
import { customDomainEndpoints } from './custom-domains.js';
import { dnsEndpoints } from './dns-records.js';
import type { Endpoint } from './endpoint.js';
import { routeEndpoints } from './routes.js';
import { scriptRouteEndpoints } from './script-routes.js';
import { scriptSettingEndpoints } from './script-settings.js';
import { scriptEndpoints } from './scripts.js';
import { zoneExtraEndpoints } from './zone-extras.js';
import { zoneSettingEndpoints } from './zone-settings.js';
import { zoneEndpoints } from './zones.js';

export const ENDPOINTS: readonly Endpoint[] = [
  ...zoneEndpoints,
  ...accountEndpoints,
  ...routeEndpoints,
  ...scriptEndpoints,
  ...scriptSettingEndpoints,
  ...scriptRouteEndpoints,
  ...customDomainEndpoints,
  ...dnsEndpoints,
  ...zoneSettingEndpoints,
  ...zoneExtraEndpoints,
];
