ALTER TABLE `sites` ADD `token` text;--> statement-breakpoint
ALTER TABLE `sites` ADD `plan` text;--> statement-breakpoint
DROP VIEW `catalogue`;--> statement-breakpoint
CREATE VIEW `catalogue` AS select sites.*,
  case
    when exists (select 1 from event_sites where domain = sites.domain and state in ('opening', 'up', 'closing')) then 'maintenance'
    when not sites.active then 'inactive'
    when exists (select 1 from targets where site_id = sites.id and state = 'down') then 'failing'
    else 'active'
  end as state,
  (select json_group_array(tag order by tag) from site_tags where site_id = sites.id) as tags,
  (select json_group_array(json_object('user', user, 'role', role) order by user) from site_shares where site_id = sites.id) as shares,
  (select json_group_array(group_name order by group_name) from group_sites where site_id = sites.id) as groups,
  (select json_object('eventId', events.id, 'kind', kind, 'reason', reason, 'message', message, 'actor', actor, 'since', since, 'until', until,
    'autoEnd', json(iif(auto_end, 'true', 'false')), 'existingRoutes', existing_routes)
    from event_sites join events on events.id = event_sites.event_id
    where event_sites.domain = sites.domain and event_sites.state in ('opening', 'up', 'closing')
    order by since desc, events.id desc limit 1) as maintenance,
  (select json_object('state', state, 'checkedAt', checked_at, 'failures', failures, 'successes', successes)
    from targets where site_id = sites.id
    order by state = 'down' desc, state = 'unknown' desc, failures desc, id limit 1) as health
from sites;