import { hostnamesOf, type Site } from '../../model/site.js';
import { type CommandDefinition, reply } from '../command.js';
import { fieldLines } from '../output/field-lines.js';
import { moment } from '../output/moment.js';
import { siteJson } from '../output/site-json.js';
import type { View } from '../output/view.js';
import { requireSites } from '../site-edits.js';

export const command: CommandDefinition = {
  arguments: [{ name: '<domain>', help: 'a site of the catalogue' }],
  examples: [['maint site show shop.example', 'everything known of it']],
  run: async ({ args }, context) => {
    const maint = await context.maint({ readonly: true });
    const [site] = requireSites(args, maint.store);
    return reply(site, siteText, { fields: { site: siteJson(site) } });
  },
};

function siteText(site: Site, view: View): string {
  const { maintenance, health } = site;
  return fieldLines(
    [
      ['domain', site.domain],
      ['name', site.name],
      ['status', site.inactiveReason === null ? site.state : `${site.state} (${site.inactiveReason})`],
      ['environment', site.environment],
      ['project', site.project],
      ['owner', site.owner],
      ['shared with', site.shares.map(({ user, role }) => `${user} (${role})`).join(', ')],
      ['tags', site.tags.join(', ')],
      ['groups', site.groups.join(', ')],
      ['hostnames', hostnamesOf(site).join(', ')],
      ['sub-domains', site.subdomains ? 'covered' : 'not covered'],
      ['zone', `${site.zoneName} ${site.zoneId}`],
      ['account', site.accountId],
      ['token', site.token],
      ['plan', site.plan],
      ['event', maintenance?.eventId ?? null],
      ['since', maintenance === null ? null : moment(maintenance.since, view)],
      ['until', maintenance?.until == null ? null : moment(maintenance.until, view)],
      ['reason', maintenance?.reason ?? null],
      ['put up by', maintenance?.actor ?? null],
      ['health', health?.state ?? null],
      ['added', moment(site.createdAt, view)],
      ['changed', moment(site.updatedAt, view)],
    ],
    view,
  );
}
