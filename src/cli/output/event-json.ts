import type { EventSite, MaintenanceEvent } from '../../model/event.js';

/** An event as documents carry it: without its bypass secret, and only whether it has a page of its own. */
export function eventJson(event: MaintenanceEvent, sites: readonly EventSite[]): object {
  const { bypassSecret: _secret, customPage, ...told } = event;
  return {
    ...told,
    customPage: customPage !== null,
    sites: sites.map(({ domain, state, zoneId, accountId, patterns }) => ({
      domain,
      state,
      zoneId,
      accountId,
      patterns,
    })),
  };
}
