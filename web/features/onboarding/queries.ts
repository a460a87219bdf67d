import type { QueryClient } from '@tanstack/react-query'
import { queryOptions } from '@tanstack/react-query'
import type { Me } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

export const onboardingQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'onboarding'],
    queryFn: ({ signal }) => call(endpoints.onboarding.show, { organizationId, signal }),
  })

/**
 * Whether a person is to be led through the first steps: they own all that they are in, so nobody has invited them, and
 * have neither been through it nor a repository. When that cannot be found out, nobody is kept from their work.
 */
export async function needsOnboarding(queryClient: QueryClient, me: Me): Promise<boolean> {
  const { organization, organizations, onboarding, impersonation } = me
  if (organization === null || onboarding === null || onboarding.complete || impersonation !== null) return false
  if (organizations.some(({ role }) => role !== 'owner')) return false
  const state = await queryClient.fetchQuery({ ...onboardingQuery(organization.id), retry: false }).catch(() => null)
  return state !== null && !state.complete && !state.hasRepository
}
