import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Onboarding, UpdateOnboarding } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { meQuery, useOrganizationId } from '../identity/me.ts'
import { onboardingQuery } from './queries.ts'
import { doneWith, isWalked } from './steps.ts'
import type { Step } from './steps.ts'

interface Done {
  onboarding: Onboarding
  step: Step
  answers?: Onboarding['answers']
}

/** Notes that a step is over, done or left out, and with the last one that all are. */
export function useAdvance() {
  const show = useShow()
  return useMutation({
    mutationFn: async ({ onboarding, step, answers }: Done) => {
      const body: UpdateOnboarding = { done: doneWith(onboarding.done, step), ...(answers ? { answers } : {}) }
      const noted = await call(endpoints.onboarding.update, { body })
      return isWalked(noted) ? call(endpoints.onboarding.complete) : noted
    },
    onSuccess: (onboarding) => show(onboarding, '/onboarding/complete'),
  })
}

/** Notes something, without going on. */
export function useNote() {
  const show = useShow()
  return useMutation({
    mutationFn: (body: UpdateOnboarding) => call(endpoints.onboarding.update, { body }),
    onSuccess: (onboarding) => show(onboarding, '/onboarding/complete'),
  })
}

/** Leaves all that is left out. */
export function useSkipAll() {
  const show = useShow()
  return useMutation({
    mutationFn: () => call(endpoints.onboarding.complete),
    onSuccess: (onboarding) => show(onboarding, '/dashboard/sessions'),
  })
}

/** Shows how far it has come; once it is over, the shell must know before it is opened, and `end` is. */
function useShow() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const organizationId = useOrganizationId()
  return async (onboarding: Onboarding, end: '/onboarding/complete' | '/dashboard/sessions') => {
    queryClient.setQueryData(onboardingQuery(organizationId).queryKey, onboarding)
    if (!onboarding.complete) return
    await queryClient.fetchQuery({ ...meQuery, staleTime: 0 })
    await navigate({ to: end, replace: true })
  }
}
