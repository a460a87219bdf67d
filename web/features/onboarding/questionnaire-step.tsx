import { useState } from 'react'
import type { Onboarding } from '#schema/contracts/identity'
import { explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { InlineError } from '../../ui/states.tsx'
import { SkipStep } from './step-actions.tsx'
import { useAdvance } from './use-onboarding.ts'

type Answers = Onboarding['answers']

const QUESTIONS = [
  {
    name: 'teamSize',
    label: 'How many engineers are you?',
    choices: ['Just me', '2–10', '11–50', '51–200', 'More than 200'],
  },
  {
    name: 'role',
    label: 'What do you do?',
    choices: ['Engineer', 'Engineering manager', 'Founder', 'Product or design', 'Operations', 'Something else'],
  },
  {
    name: 'source',
    label: 'How did you hear of us?',
    choices: ['A colleague', 'Search', 'Social media', 'An article or talk', 'Open source', 'Somewhere else'],
  },
] as const

export function QuestionnaireStep({ onboarding }: { onboarding: Onboarding }) {
  const [answers, setAnswers] = useState<Answers>(onboarding.answers)
  const { mutate, isPending, error } = useAdvance()
  return (
    <form
      aria-label="About your work"
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate({ onboarding, step: 'questionnaire', answers })
      }}
    >
      {QUESTIONS.map(({ name, label, choices }) => (
        <Field key={name} label={label}>
          {(id) => (
            <Select
              id={id}
              value={answers[name]}
              options={choices.map((choice) => ({ value: choice, label: choice }))}
              placeholder="Choose"
              className="w-full border-line-strong"
              onChange={(value) => setAnswers({ ...answers, [name]: value })}
            />
          )}
        </Field>
      ))}
      <Field label="What should agents do for you?">
        {(id) => (
          <Textarea
            id={id}
            value={answers.useCase ?? ''}
            maxLength={2_000}
            rows={3}
            placeholder="Fix what Sentry reports, review stale pull requests…"
            onChange={({ target }) => setAnswers({ ...answers, useCase: target.value })}
          />
        )}
      </Field>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button type="submit" look="primary" className="h-9" disabled={isPending}>
        {isPending ? 'Saving…' : 'Continue'}
      </Button>
      <SkipStep onboarding={onboarding} step="questionnaire" disabled={isPending} />
    </form>
  )
}
