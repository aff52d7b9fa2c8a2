/** The secret way past a page that is up. */
import { MaintError } from '../model/errors.js';
import type { MaintenanceEvent } from '../model/event.js';
import type { Engine } from './engine.js';
import type { BypassLink } from './types.js';

/** The header that lets a robot or a health check through; the query parameter does it for people. */
export const BYPASS_HEADER = 'x-maint-bypass';

/** The link and header of the event that a site is in. Throws where the site is not in maintenance. */
export function bypassOf(engine: Engine, domain: string): BypassLink {
  const event = eventOf(engine, domain);
  return {
    domain,
    url: `https://${domain}/?maint-bypass=${event.bypassSecret}`,
    header: { name: BYPASS_HEADER, value: event.bypassSecret },
    // A page without an end of its own stands, with its secret, until somebody takes it down.
    expiresAt: event.autoEnd ? event.until : null,
  };
}

function eventOf(engine: Engine, domain: string): MaintenanceEvent {
  if (engine.store.sites.byDomain(domain) === null) {
    throw new MaintError('unknown-name', `${domain} is not in the catalogue.`, {
      hint: 'Run `maint list` to see the sites, `maint discover` to import them.',
    });
  }
  const [open] = engine.store.events.openSites([domain]);
  const event = open === undefined ? null : engine.store.events.get(open.eventId);
  if (event !== null) return event;
  throw new MaintError('usage', `${domain} is not in maintenance, so there is nothing to bypass.`, {
    hint: 'If another machine put the page up, run `maint recover` first.',
  });
}
