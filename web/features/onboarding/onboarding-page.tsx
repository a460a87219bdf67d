import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Onboarding } from '#schema/contracts/identity'
import { explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Entrance, EntranceSkeleton } from '../../ui/entrance.tsx'
import { ErrorState, InlineError } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMe, useOrganizationId } from '../identity/me.ts'
import { useSignOut } from '../identity/use-sign-out.ts'
import { InviteStep } from './invite-step.tsx'
import { OrganizationStep } from './organization-step.tsx'
import { PathQuestion } from './path-question.tsx'
import { onboardingQuery } from './queries.ts'
import { QuestionnaireStep } from './questionnaire-step.tsx'
import { RepositoryStep } from './repository-step.tsx'
import { doneBefore, placeIn } from './steps.ts'
import type { Place, Step } from './steps.ts'
import { useNote, useSkipAll } from './use-onboarding.ts'

/** The first steps, at the one that is next. */
export function OnboardingPage() {
  const { data, error, refetch } = useQuery(onboardingQuery(useOrganizationId()))
  useTitle('Welcome')
  if (data !== undefined) return <Walk onboarding={data} />
  if (error === null) return <EntranceSkeleton />
  return (
    <main>
      <ErrorState error={error} title="The first steps could not be loaded" onRetry={() => void refetch()} />
    </main>
  )
}

const TITLES: Record<Step, { title: string; lead: string }> = {
  organization: {
    title: 'Create your organization',
    lead: 'Your team shares its repositories, automations and sessions.',
  },
  questionnaire: { title: 'Tell us about your work', lead: 'Four questions; answer what you like.' },
  invite: { title: 'Invite your teammates', lead: 'They become members; roles can be changed at any time.' },
  repository: { title: 'Connect a repository', lead: 'Agents work on a clone of it, in a sandbox of their own.' },
}

function Walk({ onboarding }: { onboarding: Onboarding }) {
  const [asking, setAsking] = useState(false)
  const place = placeIn(onboarding)
  if (place === null || asking) {
    return (
      <Entrance wide title="Who is it for?" lead="You can change your mind later." foot={<Foot />}>
        <PathQuestion chosen={onboarding.path} onAnswered={() => setAsking(false)} />
      </Entrance>
    )
  }
  const { title, lead } = TITLES[place.step]
  return (
    <Entrance wide title={title} lead={lead} foot={<Foot />}>
      <Progress place={place} onboarding={onboarding} onAsk={() => setAsking(true)} />
      <StepForm key={place.step} step={place.step} onboarding={onboarding} />
    </Entrance>
  )
}

function StepForm({ step, onboarding }: { step: Step; onboarding: Onboarding }) {
  switch (step) {
    case 'organization':
      return <OrganizationStep onboarding={onboarding} />
    case 'questionnaire':
      return <QuestionnaireStep onboarding={onboarding} />
    case 'invite':
      return <InviteStep onboarding={onboarding} />
    case 'repository':
      return <RepositoryStep onboarding={onboarding} />
    default:
      return step satisfies never
  }
}

function Progress(props: { place: Place; onboarding: Onboarding; onAsk: () => void }) {
  const { place, onboarding, onAsk } = props
  const { mutate, isPending, error } = useNote()
  const done = doneBefore(onboarding)
  const isFirst = place.number === 1
  return (
    <div className="grid gap-2">
      <div className="flex h-7 items-center justify-between gap-3 text-xs text-ink-faint">
        <p>
          Step {place.number} of {place.count}
        </p>
        {isFirst || done !== null ? (
          <Button
            look="quiet"
            size="small"
            className="-mr-2.5"
            disabled={isPending}
            onClick={() => (done === null ? onAsk() : mutate({ done }))}
          >
            Back
          </Button>
        ) : null}
      </div>
      <span aria-hidden className="grid auto-cols-fr grid-flow-col gap-1">
        {Array.from({ length: place.count }, (_, index) => (
          <span key={index} className={`h-0.5 rounded-full ${index < place.number ? 'bg-ink' : 'bg-line'}`} />
        ))}
      </span>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
    </div>
  )
}

function Foot() {
  const { user } = useMe()
  const signOut = useSignOut()
  const { mutate, isPending, error } = useSkipAll()
  return (
    <>
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate">{user.email}</span>
        <span className="flex shrink-0">
          <Button look="quiet" size="small" onClick={signOut}>
            Sign out
          </Button>
          <Button look="quiet" size="small" className="-mr-2.5" disabled={isPending} onClick={() => mutate()}>
            Finish setup later
          </Button>
        </span>
      </div>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
    </>
  )
}
