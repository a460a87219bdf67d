import type { Kernel } from '#kernel/needs'
import { countAuthFailure, clearAuthFailures, limitIntegrationsAcrossOrganizations } from './integrations.store.ts'

/** So many refusals in a row, and the connection counts as expired (a2 §2.9). */
export const MAX_AUTH_FAILURES = 3

type Needs = Pick<Kernel, 'db' | 'clock' | 'log'>

/** A provider refused the credential; the third time in a row the connection is expired until somebody renews it. */
export async function noteUnauthorized(
  needs: Needs,
  integration: { organizationId: string; integrationId: string },
): Promise<void> {
  const now = needs.clock.now()
  const status = await countAuthFailure(needs.db, { ...integration, expireAfter: MAX_AUTH_FAILURES, now })
  if (status === 'expired') needs.log.warn('integration.expired', { ...integration })
}

/** A provider took the credential again. */
export async function noteAuthorized(
  needs: Needs,
  integration: { organizationId: string; integrationId: string },
): Promise<void> {
  await clearAuthFailures(needs.db, { ...integration, now: needs.clock.now() })
}

/** Providers asked for patience: nobody calls them for these connections before. The latest instant wins. */
export async function noteRateLimits(
  needs: Needs,
  limits: { integrationId: string; until: Date }[],
): Promise<void> {
  if (limits.length === 0) return
  await limitIntegrationsAcrossOrganizations(needs.db, { limits, now: needs.clock.now() })
}
