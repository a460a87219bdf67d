-- A poll group exists exactly while an enabled polling trigger does (a2 §2.9, trap T4). It is kept so here and not in a
-- use case, because triggers also go with their automation, their integration and their organization.
CREATE FUNCTION settle_poll_group(of_organization text, of_provider text, of_integration uuid, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  wanted integer;
BEGIN
  -- Two triggers that are switched off at once wait here for each other; the second one then counts none.
  PERFORM 1 FROM trigger_poll_groups
    WHERE organization_id = of_organization AND provider = of_provider
      AND integration_id IS NOT DISTINCT FROM of_integration
    FOR UPDATE;
  SELECT min(coalesce(polling_interval_seconds, 60)) INTO wanted FROM triggers
    WHERE organization_id = of_organization AND provider = of_provider
      AND integration_id IS NOT DISTINCT FROM of_integration AND enabled AND trigger_type = 'polling';
  IF wanted IS NULL THEN
    DELETE FROM trigger_poll_groups
      WHERE organization_id = of_organization AND provider = of_provider
        AND integration_id IS NOT DISTINCT FROM of_integration;
  ELSE
    INSERT INTO trigger_poll_groups AS g (id, organization_id, provider, integration_id, interval_seconds, next_poll_at,
      created_at, updated_at)
    VALUES (gen_random_uuid(), of_organization, of_provider, of_integration, wanted, at, at, at)
    ON CONFLICT ON CONSTRAINT trigger_poll_groups_one DO UPDATE
      SET interval_seconds = wanted, updated_at = at,
        next_poll_at = least(g.next_poll_at, at + wanted * interval '1 second');
  END IF;
END
$$;
--> statement-breakpoint
CREATE FUNCTION follow_polling_triggers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.trigger_type = 'polling' THEN
    PERFORM settle_poll_group(OLD.organization_id, OLD.provider, OLD.integration_id,
      CASE WHEN TG_OP = 'DELETE' THEN now() ELSE NEW.updated_at END);
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.trigger_type = 'polling'
     AND (TG_OP = 'INSERT' OR NEW.integration_id IS DISTINCT FROM OLD.integration_id OR OLD.trigger_type <> 'polling')
  THEN
    PERFORM settle_poll_group(NEW.organization_id, NEW.provider, NEW.integration_id, NEW.updated_at);
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER triggers_follow_polling
  AFTER INSERT OR DELETE OR UPDATE OF enabled, integration_id, polling_interval_seconds, trigger_type ON triggers
  FOR EACH ROW EXECUTE FUNCTION follow_polling_triggers();
