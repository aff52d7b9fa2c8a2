CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`channel` text NOT NULL,
	`type` text NOT NULL,
	`notice` text NOT NULL,
	`created_at` text NOT NULL,
	`due_at` text NOT NULL,
	`claimed_until` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`sent_at` text,
	`error` text,
	CONSTRAINT "outbox_type" CHECK("type" in ('down', 'recovered', 'enabled', 'disabled', 'held', 'frozen', 'failed'))
);
--> statement-breakpoint
CREATE INDEX `outbox_waiting` ON `outbox` (`channel`,`due_at`) WHERE sent_at is null;--> statement-breakpoint
CREATE INDEX `outbox_by_time` ON `outbox` (`created_at`);