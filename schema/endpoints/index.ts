import { automations } from '#schema/endpoints/automations'
import { deliveries } from '#schema/endpoints/deliveries'
import { health } from '#schema/endpoints/health'
import { me } from '#schema/endpoints/me'
import { repositories } from '#schema/endpoints/repositories'
import { runs } from '#schema/endpoints/runs'
import { sessions } from '#schema/endpoints/sessions'
import { triggers, webhookEndpoints } from '#schema/endpoints/triggers'

/** Every URL of the public API, in one place: server, dashboard, scripts and tests all read it. */
export const endpoints = {
  health,
  me,
  repositories,
  automations,
  triggers,
  webhookEndpoints,
  deliveries,
  runs,
  sessions,
} as const
