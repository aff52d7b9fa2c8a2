CREATE TABLE `budget` (
	`bucket` text NOT NULL,
	`second` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`bucket`, `second`)
);
--> statement-breakpoint
CREATE TABLE `budget_blocks` (
	`bucket` text PRIMARY KEY NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `deployments` (
	`id` text PRIMARY KEY NOT NULL,
	`event_id` text NOT NULL,
	`account_id` text NOT NULL,
	`script` text NOT NULL,
	`worker_hash` text NOT NULL,
	`created_at` text NOT NULL,
	`removed_at` text,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `deployments_by_event` ON `deployments` (`event_id`);--> statement-breakpoint
CREATE INDEX `deployments_by_removal` ON `deployments` (`removed_at`);--> statement-breakpoint
CREATE TABLE `event_sites` (
	`event_id` text NOT NULL,
	`domain` text NOT NULL,
	`zone_id` text NOT NULL,
	`zone_name` text NOT NULL,
	`account_id` text NOT NULL,
	`patterns` text NOT NULL,
	`state` text NOT NULL,
	`changed_at` text,
	PRIMARY KEY(`event_id`, `domain`),
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "event_sites_state" CHECK("state" in ('opening', 'up', 'closing', 'lifted', 'failed'))
);
--> statement-breakpoint
CREATE INDEX `event_sites_by_domain` ON `event_sites` (`domain`,`state`);--> statement-breakpoint
CREATE INDEX `event_sites_by_state` ON `event_sites` (`state`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`reason` text,
	`actor` text NOT NULL,
	`host` text NOT NULL,
	`since` text NOT NULL,
	`until` text,
	`auto_end` integer NOT NULL,
	`bypass_secret` text NOT NULL,
	`ended_at` text,
	`title` text,
	`message` text,
	`contact` text,
	`status_url` text,
	`allow_ips` text NOT NULL,
	`allow_paths` text NOT NULL,
	`custom_page` text,
	CONSTRAINT "events_kind" CHECK("kind" in ('manual', 'monitor', 'scheduled'))
);
--> statement-breakpoint
CREATE INDEX `events_by_since` ON `events` (`since`);--> statement-breakpoint
CREATE INDEX `events_by_end` ON `events` (`ended_at`);--> statement-breakpoint
CREATE TABLE `group_sites` (
	`group_name` text NOT NULL,
	`site_id` integer NOT NULL,
	PRIMARY KEY(`group_name`, `site_id`),
	FOREIGN KEY (`group_name`) REFERENCES `groups`(`name`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `group_sites_by_site` ON `group_sites` (`site_id`,`group_name`);--> statement-breakpoint
CREATE TABLE `groups` (
	`name` text PRIMARY KEY NOT NULL,
	`description` text,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `locks` (
	`zone_id` text PRIMARY KEY NOT NULL,
	`run_id` text,
	`pid` integer NOT NULL,
	`host` text NOT NULL,
	`command` text NOT NULL,
	`actor` text NOT NULL,
	`since` text NOT NULL,
	`expires_at` integer NOT NULL,
	`fence` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `locks_by_run` ON `locks` (`run_id`);--> statement-breakpoint
CREATE TABLE `log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text NOT NULL,
	`level` text NOT NULL,
	`action` text NOT NULL,
	`actor` text NOT NULL,
	`domain` text,
	`event_id` text,
	`run_id` text,
	`message` text NOT NULL,
	CONSTRAINT "log_level" CHECK("level" in ('info', 'warning', 'error'))
);
--> statement-breakpoint
CREATE INDEX `log_by_time` ON `log` (`at`);--> statement-breakpoint
CREATE INDEX `log_by_domain` ON `log` (`domain`);--> statement-breakpoint
CREATE INDEX `log_by_event` ON `log` (`event_id`);--> statement-breakpoint
CREATE TABLE `operations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` text NOT NULL,
	`event_id` text,
	`account_id` text NOT NULL,
	`zone_id` text,
	`domain` text,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`before` text,
	`after` text,
	`state` text NOT NULL,
	`actor` text NOT NULL,
	`started_at` text NOT NULL,
	`finished_at` text,
	`error` text,
	CONSTRAINT "operations_action" CHECK("action" in ('upload-script', 'disable-subdomain', 'create-route', 'take-over-route', 'restore-route', 'delete-route', 'delete-script')),
	CONSTRAINT "operations_state" CHECK("state" in ('intended', 'done', 'failed', 'unknown'))
);
--> statement-breakpoint
CREATE INDEX `operations_by_event` ON `operations` (`event_id`);--> statement-breakpoint
CREATE INDEX `operations_unsettled` ON `operations` (`id`) WHERE state in ('intended', 'unknown');--> statement-breakpoint
CREATE TABLE `site_shares` (
	`site_id` integer NOT NULL,
	`user` text NOT NULL,
	`role` text NOT NULL,
	PRIMARY KEY(`site_id`, `user`),
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "site_shares_role" CHECK("role" in ('viewer', 'operator', 'owner'))
);
--> statement-breakpoint
CREATE INDEX `site_shares_by_user` ON `site_shares` (`user`,`site_id`);--> statement-breakpoint
CREATE TABLE `site_tags` (
	`site_id` integer NOT NULL,
	`tag` text NOT NULL,
	PRIMARY KEY(`site_id`, `tag`),
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `site_tags_by_tag` ON `site_tags` (`tag`,`site_id`);--> statement-breakpoint
CREATE TABLE `sites` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`domain` text NOT NULL,
	`name` text,
	`zone_id` text NOT NULL,
	`zone_name` text NOT NULL,
	`account_id` text NOT NULL,
	`environment` text NOT NULL,
	`project` text,
	`owner` text,
	`own_hostnames` text,
	`subdomains` integer DEFAULT false NOT NULL,
	`active` integer DEFAULT true NOT NULL,
	`inactive_reason` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	CONSTRAINT "sites_environment" CHECK("environment" in ('production', 'staging', 'development', 'testing'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sites_domain_unique` ON `sites` (`domain`);--> statement-breakpoint
CREATE INDEX `sites_by_environment` ON `sites` (`environment`);--> statement-breakpoint
CREATE INDEX `sites_by_project` ON `sites` (`project`);--> statement-breakpoint
CREATE INDEX `sites_by_owner` ON `sites` (`owner`);--> statement-breakpoint
CREATE INDEX `sites_by_account` ON `sites` (`account_id`);--> statement-breakpoint
CREATE TABLE `targets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`site_id` integer NOT NULL,
	`url` text NOT NULL,
	`state` text DEFAULT 'unknown' NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`successes` integer DEFAULT 0 NOT NULL,
	`checked_at` text,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "targets_state" CHECK("state" in ('unknown', 'up', 'down'))
);
--> statement-breakpoint
CREATE INDEX `targets_by_site` ON `targets` (`site_id`,`state`);--> statement-breakpoint
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
  (select json_object('eventId', events.id, 'kind', kind, 'reason', reason, 'message', message, 'actor', actor, 'since', since, 'until', until)
    from event_sites join events on events.id = event_sites.event_id
    where event_sites.domain = sites.domain and event_sites.state in ('opening', 'up', 'closing')
    order by since desc, events.id desc limit 1) as maintenance,
  (select json_object('state', state, 'checkedAt', checked_at, 'failures', failures, 'successes', successes)
    from targets where site_id = sites.id
    order by state = 'down' desc, state = 'unknown' desc, failures desc, id limit 1) as health
from sites;