PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_events` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`reason` text,
	`actor` text NOT NULL,
	`host` text NOT NULL,
	`since` text NOT NULL,
	`until` text,
	`auto_end` integer NOT NULL,
	`existing_routes` text DEFAULT 'take-over' NOT NULL,
	`bypass_secret` text NOT NULL,
	`ended_at` text,
	`title` text,
	`message` text,
	`contact` text,
	`status_url` text,
	`allow_ips` text NOT NULL,
	`allow_paths` text NOT NULL,
	`custom_page` text,
	CONSTRAINT "events_kind" CHECK("kind" in ('manual', 'monitor', 'scheduled')),
	CONSTRAINT "events_existing_routes" CHECK("existing_routes" in ('take-over', 'keep', 'fail'))
);
--> statement-breakpoint
INSERT INTO `__new_events`("id", "kind", "reason", "actor", "host", "since", "until", "auto_end", "bypass_secret", "ended_at", "title", "message", "contact", "status_url", "allow_ips", "allow_paths", "custom_page") SELECT "id", "kind", "reason", "actor", "host", "since", "until", "auto_end", "bypass_secret", "ended_at", "title", "message", "contact", "status_url", "allow_ips", "allow_paths", "custom_page" FROM `events`;--> statement-breakpoint
DROP TABLE `events`;--> statement-breakpoint
ALTER TABLE `__new_events` RENAME TO `events`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `events_by_since` ON `events` (`since`);--> statement-breakpoint
CREATE INDEX `events_by_end` ON `events` (`ended_at`);--> statement-breakpoint
DROP VIEW `catalogue`;--> statement-breakpoint
CREATE VIEW `catalogue` AS select sites.*,
  case
    when not sites.active then 'inactive'
    when exists (select 1 from event_sites where domain = sites.domain and state in ('opening', 'up', 'closing')) then 'maintenance'
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