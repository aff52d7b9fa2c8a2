/** Permissions of API tokens, by the names that Cloudflare's dashboard shows (My Profile → API Tokens). */
export const PERMISSION = {
  zoneRead: 'Zone → Zone → Read',
  routesRead: 'Zone → Workers Routes → Read',
  routesEdit: 'Zone → Workers Routes → Edit',
  dnsRead: 'Zone → DNS → Read',
  dnsEdit: 'Zone → DNS → Edit',
  settingsRead: 'Zone → Zone Settings → Read',
  settingsEdit: 'Zone → Zone Settings → Edit',
  scriptsRead: 'Account → Workers Scripts → Read',
  scriptsEdit: 'Account → Workers Scripts → Edit',
  redirectsRead: 'Zone → Single Redirect → Read',
  accountRead: 'Account → Account Settings → Read',
} as const;

export type Permission = (typeof PERMISSION)[keyof typeof PERMISSION];
