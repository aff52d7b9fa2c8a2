CREATE TABLE `setup_items` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`domain` text NOT NULL,
	`account_id` text NOT NULL,
	`zone_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`remote_id` text,
	`before` text,
	`after` text,
	`state` text NOT NULL,
	`actor` text NOT NULL,
	`at` text NOT NULL,
	`changed_at` text NOT NULL,
	CONSTRAINT "setup_items_kind" CHECK("kind" in ('rehearsal-script', 'rehearsal-route', 'dns-record', 'ssl', 'site', 'target')),
	CONSTRAINT "setup_items_state" CHECK("state" in ('intended', 'made', 'removed'))
);
--> statement-breakpoint
CREATE INDEX `setup_items_by_domain` ON `setup_items` (`domain`,`kind`);