CREATE TABLE "integrations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"provider" text NOT NULL,
	"integration_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"external_id" text,
	"display_name" text,
	"status" text DEFAULT 'active' NOT NULL,
	"sealed_token" text,
	"rate_limited_until" timestamp with time zone,
	"auth_failures" integer DEFAULT 0 NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "integrations_provider" CHECK (provider in ('stored','nango','github-app')),
	CONSTRAINT "integrations_status" CHECK (status in ('active','expired','revoked','deleted','suspended'))
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"automation_id" uuid NOT NULL,
	"trigger_id" uuid NOT NULL,
	"name" text,
	"cron_expression" text NOT NULL,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"last_run_at" timestamp with time zone,
	"next_run_at" timestamp with time zone,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trigger_poll_groups" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"provider" text NOT NULL,
	"integration_id" uuid,
	"cursor" jsonb,
	"interval_seconds" integer NOT NULL,
	"next_poll_at" timestamp with time zone NOT NULL,
	"last_polled_at" timestamp with time zone,
	"lease_token" uuid,
	"lease_expires_at" timestamp with time zone,
	"consecutive_failures" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "trigger_poll_groups_one" UNIQUE NULLS NOT DISTINCT("organization_id","provider","integration_id"),
	CONSTRAINT "trigger_poll_groups_interval" CHECK (interval_seconds between 60 and 86400)
);
--> statement-breakpoint
ALTER TABLE "triggers" DROP CONSTRAINT "triggers_type";--> statement-breakpoint
DROP INDEX "webhook_endpoints_organization_id_provider_index";--> statement-breakpoint
DROP INDEX "webhook_inbox_endpoint_id_delivery_id_index";--> statement-breakpoint
ALTER TABLE "webhook_inbox" ALTER COLUMN "organization_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ALTER COLUMN "endpoint_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "triggers" ADD COLUMN "filter" jsonb;--> statement-breakpoint
ALTER TABLE "triggers" ADD COLUMN "integration_id" uuid;--> statement-breakpoint
ALTER TABLE "triggers" ADD COLUMN "polling_interval_seconds" integer;--> statement-breakpoint
ALTER TABLE "triggers" ADD COLUMN "external_webhook_id" text;--> statement-breakpoint
ALTER TABLE "triggers" ADD COLUMN "external_webhook_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "trigger_id" uuid;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "signature_required" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "previous_sealed_secret" text;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "previous_valid_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD COLUMN "ingress" text DEFAULT 'endpoint' NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD COLUMN "source" text;--> statement-breakpoint
UPDATE "webhook_inbox" SET "source" = 'endpoint:' || "endpoint_id";--> statement-breakpoint
ALTER TABLE "webhook_inbox" ALTER COLUMN "source" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD COLUMN "verification" text DEFAULT 'signature' NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD COLUMN "identity_kind" text;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD COLUMN "identity_value" text;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD COLUMN "integration_id" uuid;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD COLUMN "replay_of" uuid;--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_automation_id_automations_id_fk" FOREIGN KEY ("automation_id") REFERENCES "public"."automations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_trigger_id_triggers_id_fk" FOREIGN KEY ("trigger_id") REFERENCES "public"."triggers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trigger_poll_groups" ADD CONSTRAINT "trigger_poll_groups_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trigger_poll_groups" ADD CONSTRAINT "trigger_poll_groups_integration_id_integrations_id_fk" FOREIGN KEY ("integration_id") REFERENCES "public"."integrations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "integrations_organization_id_connection_id_index" ON "integrations" USING btree ("organization_id","connection_id");--> statement-breakpoint
CREATE INDEX "integrations_integration_id_external_id_index" ON "integrations" USING btree ("integration_id","external_id");--> statement-breakpoint
CREATE INDEX "integrations_connection_id_index" ON "integrations" USING btree ("connection_id");--> statement-breakpoint
CREATE UNIQUE INDEX "schedules_trigger_id_index" ON "schedules" USING btree ("trigger_id");--> statement-breakpoint
CREATE INDEX "schedules_automation_id_index" ON "schedules" USING btree ("automation_id");--> statement-breakpoint
CREATE INDEX "schedules_organization_id_id_index" ON "schedules" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("next_run_at") WHERE enabled;--> statement-breakpoint
CREATE INDEX "trigger_poll_groups_next_poll_at_index" ON "trigger_poll_groups" USING btree ("next_poll_at");--> statement-breakpoint
ALTER TABLE "triggers" ADD CONSTRAINT "triggers_integration_id_integrations_id_fk" FOREIGN KEY ("integration_id") REFERENCES "public"."integrations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_trigger_id_triggers_id_fk" FOREIGN KEY ("trigger_id") REFERENCES "public"."triggers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD CONSTRAINT "webhook_inbox_integration_id_integrations_id_fk" FOREIGN KEY ("integration_id") REFERENCES "public"."integrations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "triggers_integration_id_enabled_trigger_type_index" ON "triggers" USING btree ("integration_id","enabled","trigger_type");--> statement-breakpoint
CREATE INDEX "triggers_expiring" ON "triggers" USING btree ("external_webhook_expires_at") WHERE external_webhook_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "triggers_manual" ON "triggers" USING btree ("automation_id") WHERE provider = 'manual';--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_endpoints_organization" ON "webhook_endpoints" USING btree ("organization_id","provider") WHERE trigger_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_endpoints_trigger" ON "webhook_endpoints" USING btree ("trigger_id");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_inbox_source_delivery_id_index" ON "webhook_inbox" USING btree ("source","delivery_id");--> statement-breakpoint
CREATE INDEX "webhook_inbox_bodies" ON "webhook_inbox" USING btree ("payload_ref") WHERE payload_ref is not null;--> statement-breakpoint
ALTER TABLE "triggers" ADD CONSTRAINT "triggers_interval" CHECK (polling_interval_seconds between 60 and 86400);--> statement-breakpoint
ALTER TABLE "triggers" ADD CONSTRAINT "triggers_type" CHECK (trigger_type in ('webhook','polling','scheduled','manual'));--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD CONSTRAINT "webhook_inbox_ingress" CHECK (ingress in ('endpoint','app','nango','replay'));--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD CONSTRAINT "webhook_inbox_verification" CHECK (verification in ('signature','previous_secret','unsigned'));--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD CONSTRAINT "webhook_inbox_identity" CHECK (identity_kind in ('trigger','integration','connection'));