import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Onboarding, Organization } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { InlineError } from '../../ui/states.tsx'
import { useRefreshMe } from '../identity/refresh-me.ts'
import { CreateOrganizationForm } from '../organizations/create-organization-dialog.tsx'
import { tellOtherTabs } from '../organizations/enter-organization.ts'
import { onboardingQuery } from './queries.ts'
import { SkipStep } from './step-actions.tsx'

/** Creates the organization and goes on inside it: the steps that follow are its own. */
export function OrganizationStep({ onboarding }: { onboarding: Onboarding }) {
  const { mutate, isPending, error, variables } = useEnterNew()
  if (variables !== undefined && (isPending || error !== null)) {
    return (
      <div className="grid gap-3">
        <p className="text-sm text-ink-soft" role="status">
          {isPending ? `Opening ${variables.name}…` : `${variables.name} is created, but it could not be opened.`}
        </p>
        {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
        {isPending ? null : <Button onClick={() => mutate(variables)}>Try again</Button>}
      </div>
    )
  }
  return (
    <div className="grid gap-3 [&_[type=submit]]:h-9 [&_[type=submit]]:w-full">
      <CreateOrganizationForm onCreated={mutate} />
      <SkipStep onboarding={onboarding} step="organization" label="Keep my personal workspace" />
    </div>
  )
}

/** Stands the sign-in on the new organization, and notes there that this step is done. */
function useEnterNew() {
  const queryClient = useQueryClient()
  const refreshMe = useRefreshMe()
  return useMutation({
    mutationFn: async ({ id }: Organization) => {
      await call(endpoints.organizations.activate, { params: { organizationId: id } })
      tellOtherTabs(id)
      const noted = await call(endpoints.onboarding.update, {
        organizationId: id,
        body: { path: 'organization', done: ['organization'] },
      })
      queryClient.setQueryData(onboardingQuery(id).queryKey, noted)
      await refreshMe()
    },
  })
}
