import type { Onboarding } from '#schema/contracts/identity'
import { explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { InlineError } from '../../ui/states.tsx'
import type { Step } from './steps.ts'
import { useAdvance } from './use-onboarding.ts'

/** Goes on to the next step without this one. */
export function SkipStep(props: { onboarding: Onboarding; step: Step; label?: string; disabled?: boolean }) {
  const { onboarding, step, label = 'Skip this step', disabled = false } = props
  const { mutate, isPending, error } = useAdvance()
  return (
    <>
      <Button className="h-9" disabled={disabled || isPending} onClick={() => mutate({ onboarding, step })}>
        {label}
      </Button>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
    </>
  )
}
