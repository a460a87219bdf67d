DROP INDEX "webhook_inbox_status_next_attempt_at_index";--> statement-breakpoint
CREATE INDEX "webhook_inbox_turns" ON "webhook_inbox" USING btree ((case when status in ('queued','processing') then coalesce(organization_id, identity_value, source) end),"next_attempt_at","id") WHERE (case when status in ('queued','processing') then coalesce(organization_id, identity_value, source) end) is not null;--> statement-breakpoint
CREATE INDEX "webhook_inbox_suspects" ON "webhook_inbox" USING btree ("next_attempt_at","id") WHERE (status = 'processing' and attempt >= 2
  or status = 'queued' and attempt >= 1 and coalesce(last_error, '') = 'interrupted');--> statement-breakpoint
CREATE INDEX "webhook_inbox_due" ON "webhook_inbox" USING btree ("status","next_attempt_at") WHERE status in ('queued','processing');--> statement-breakpoint
-- From here on a held row says itself when it is free again.
UPDATE "webhook_inbox" SET "next_attempt_at" = "claimed_at" + interval '5 minutes' WHERE "status" = 'processing' AND "claimed_at" IS NOT NULL;--> statement-breakpoint
-- Sign-ins no longer store this token, which nobody needs after them; what older ones stored in the clear goes.
UPDATE "accounts" SET "id_token" = NULL WHERE "id_token" IS NOT NULL;
