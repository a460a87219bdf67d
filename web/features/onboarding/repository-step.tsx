import type { Onboarding } from '#schema/contracts/identity'
import { RepositoryForm } from '../repositories/repository-form.tsx'
import { SkipStep } from './step-actions.tsx'
import { useAdvance } from './use-onboarding.ts'

/** Connects the first repository, and notes that this was the step. */
export function RepositoryStep({ onboarding }: { onboarding: Onboarding }) {
  const { mutateAsync } = useAdvance()
  return (
    <RepositoryForm
      onConnected={() => mutateAsync({ onboarding, step: 'repository' })}
      others={(isPending) => <SkipStep onboarding={onboarding} step="repository" disabled={isPending} />}
    />
  )
}
