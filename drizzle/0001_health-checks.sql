CREATE TABLE `check_days` (
	`target_id` integer NOT NULL,
	`day` integer NOT NULL,
	`checks` integer NOT NULL,
	`failures` integer NOT NULL,
	`excused` integer NOT NULL,
	`p50_ms` integer,
	`p95_ms` integer,
	PRIMARY KEY(`target_id`, `day`)
);
--> statement-breakpoint
CREATE TABLE `checks` (
	`hour` integer NOT NULL,
	`target_id` integer NOT NULL,
	`results` blob NOT NULL,
	PRIMARY KEY(`hour`, `target_id`)
);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_targets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`site_id` integer NOT NULL,
	`url` text NOT NULL,
	`method` text DEFAULT 'GET' NOT NULL,
	`headers` text DEFAULT '{}' NOT NULL,
	`expect_status` text DEFAULT '[[200,399]]' NOT NULL,
	`expect_text` text,
	`interval_ms` integer DEFAULT 60000 NOT NULL,
	`timeout_ms` integer DEFAULT 10000 NOT NULL,
	`failure_threshold` integer DEFAULT 3 NOT NULL,
	`recovery_threshold` integer DEFAULT 2 NOT NULL,
	`auto_enable` integer DEFAULT false NOT NULL,
	`auto_disable` integer DEFAULT false NOT NULL,
	`min_hold_ms` integer DEFAULT 0 NOT NULL,
	`created_at` text DEFAULT '' NOT NULL,
	`state` text DEFAULT 'unknown' NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`successes` integer DEFAULT 0 NOT NULL,
	`checked_at` text,
	`changed_at` text,
	`flips` text DEFAULT '[]' NOT NULL,
	`frozen_until` text,
	`covered` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`site_id`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "targets_method" CHECK("method" in ('GET', 'HEAD', 'POST')),
	CONSTRAINT "targets_state" CHECK("state" in ('unknown', 'up', 'suspect', 'down', 'recovering'))
);
--> statement-breakpoint
INSERT INTO `__new_targets`("id", "site_id", "url", "created_at", "state", "failures", "successes", "checked_at") SELECT "id", "site_id", "url", coalesce("checked_at", strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), "state", "failures", "successes", "checked_at" FROM `targets`;--> statement-breakpoint
DROP TABLE `targets`;--> statement-breakpoint
ALTER TABLE `__new_targets` RENAME TO `targets`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `targets_by_site` ON `targets` (`site_id`,`state`);