import { admin } from '#schema/endpoints/admin'
import { apiKeys } from '#schema/endpoints/api-keys'
import { audit } from '#schema/endpoints/audit'
import { automations } from '#schema/endpoints/automations'
import { deliveries } from '#schema/endpoints/deliveries'
import { dev } from '#schema/endpoints/dev'
import { device, deviceConsent } from '#schema/endpoints/device'
import { health } from '#schema/endpoints/health'
import { integrations } from '#schema/endpoints/integrations'
import { invitationInfo, invitations, ownInvitations } from '#schema/endpoints/invitations'
import { me } from '#schema/endpoints/me'
import { members } from '#schema/endpoints/members'
import { onboarding } from '#schema/endpoints/onboarding'
import { organizations, ownOrganizations } from '#schema/endpoints/organizations'
import { authOptions, profile } from '#schema/endpoints/profile'
import { pollGroups, providers } from '#schema/endpoints/providers'
import { repositories } from '#schema/endpoints/repositories'
import { runs } from '#schema/endpoints/runs'
import { schedules } from '#schema/endpoints/schedules'
import { sessions } from '#schema/endpoints/sessions'
import { triggerEvents, triggers, webhookEndpoints } from '#schema/endpoints/triggers'

/** Every URL of the public API, in one place: server, dashboard, scripts and tests all read it. */
export const endpoints = {
  health,
  authOptions,
  me,
  profile,
  ownOrganizations,
  organizations,
  members,
  invitations,
  invitationInfo,
  ownInvitations,
  apiKeys,
  device,
  deviceConsent,
  onboarding,
  admin,
  dev,
  repositories,
  automations,
  providers,
  integrations,
  triggers,
  triggerEvents,
  schedules,
  pollGroups,
  webhookEndpoints,
  deliveries,
  runs,
  sessions,
  audit,
} as const
