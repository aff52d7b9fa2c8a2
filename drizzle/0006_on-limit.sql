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
	`on_limit` text,
	CONSTRAINT "events_kind" CHECK("kind" in ('manual', 'monitor', 'scheduled')),
	CONSTRAINT "events_existing_routes" CHECK("existing_routes" in ('take-over', 'keep', 'fail')),
	CONSTRAINT "events_on_limit" CHECK("on_limit" in ('fail-open', 'fail-closed'))
);
--> statement-breakpoint
INSERT INTO `__new_events`("id", "kind", "reason", "actor", "host", "since", "until", "auto_end", "existing_routes", "bypass_secret", "ended_at", "title", "message", "contact", "status_url", "allow_ips", "allow_paths", "custom_page") SELECT "id", "kind", "reason", "actor", "host", "since", "until", "auto_end", "existing_routes", "bypass_secret", "ended_at", "title", "message", "contact", "status_url", "allow_ips", "allow_paths", "custom_page" FROM `events`;--> statement-breakpoint
DROP TABLE `events`;--> statement-breakpoint
ALTER TABLE `__new_events` RENAME TO `events`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `events_by_since` ON `events` (`since`);--> statement-breakpoint
CREATE INDEX `events_by_end` ON `events` (`ended_at`);