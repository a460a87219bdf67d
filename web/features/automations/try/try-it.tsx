import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TestSource, TriggerTest } from '#schema/contracts/trigger-tests'
import type { Trigger, TriggerProvider } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../../client.ts'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup } from '../../../ui/choice-group.tsx'
import { Field, Textarea } from '../../../ui/field.tsx'
import { InlineError } from '../../../ui/states.tsx'
import { useMay, useOrganizationId } from '../../identity/me.ts'
import { recentDeliveriesQuery } from '../queries.ts'
import { requestOf } from '../when/when-draft.ts'
import type { WhenDraft } from '../when/when-draft.ts'
import { DeliveryChoice } from './delivery-choice.tsx'
import { readPasted } from './read-try.ts'
import { TryResults } from './try-results.tsx'

/** Tries what is being written. */
export function TryDraft({ draft }: { draft: WhenDraft }) {
  const request = requestOf(draft)
  const { provider } = draft
  const mayTry = useMay('triggers:test')
  if (!mayTry || provider === null) return null
  return (
    <details className="rounded-md border border-line px-3 py-2.5">
      <summary className="text-sm font-medium">Try it</summary>
      <div className="pt-3">
        <TryIt
          provider={provider}
          ready={request !== null}
          ask={(source) => {
            if (request === null) throw new Error('Nothing can be tried before the form is filled in')
            const { eventType, config, filter } = request
            return call(endpoints.triggers.testDraft, { body: { provider, eventType, config, filter, source } })
          }}
        />
      </div>
    </details>
  )
}

/** Tries what is saved. */
export function TrySaved({ trigger }: { trigger: Pick<Trigger, 'id' | 'provider'> }) {
  const params = { triggerId: trigger.id }
  return (
    <TryIt
      provider={trigger.provider}
      ready
      ask={(source) => call(endpoints.triggers.test, { params, body: { source } })}
    />
  )
}

interface TryProps {
  provider: TriggerProvider
  ready: boolean
  ask: (source: TestSource) => Promise<TriggerTest>
}

const WAYS = [
  { value: 'delivery', label: 'A recent delivery' },
  { value: 'payload', label: 'A payload' },
] as const

/** What it would make of something that was sent, or could be; nothing is started. */
function TryIt({ provider, ready, ask }: TryProps) {
  const deliveries = useQuery(recentDeliveriesQuery(useOrganizationId(), provider))
  const [way, setWay] = useState<(typeof WAYS)[number]['value']>('delivery')
  const [deliveryId, setDeliveryId] = useState<string | null>(null)
  const [payload, setPayload] = useState('')
  const [headers, setHeaders] = useState('')
  const { mutate, data, isPending, error } = useMutation({ mutationFn: ask })
  const pasted = readPasted(payload, headers)
  const source = way === 'delivery' ? (deliveryId === null ? null : { deliveryId }) : pasted.ok ? pasted.source : null
  const issueOf = (at: 'payload' | 'headers') => {
    const isAsked = at === 'headers' || payload.trim() !== ''
    return !pasted.ok && pasted.at === at && isAsked ? pasted.message : undefined
  }
  return (
    <div role="group" aria-label="Try it" className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <ChoiceGroup label="On what" value={way} options={WAYS} className="grid-cols-2" onChange={setWay} />
      {way === 'delivery' ? (
        <DeliveryChoice query={deliveries} value={deliveryId} onChange={setDeliveryId} />
      ) : (
        <>
          <CodeField
            label="Payload"
            value={payload}
            error={issueOf('payload')}
            placeholder='{ "action": "opened" }'
            onText={setPayload}
          />
          <CodeField
            label="Headers (optional)"
            value={headers}
            error={issueOf('headers')}
            placeholder={provider === 'github' ? 'x-github-event: issues' : 'content-type: application/json'}
            onText={setHeaders}
          />
        </>
      )}
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button
        className="justify-self-start"
        disabled={source === null || !ready || isPending}
        onClick={() => (source === null ? undefined : mutate(source))}
      >
        {isPending ? 'Trying…' : 'Try it'}
      </Button>
      {data === undefined ? null : <TryResults test={data} />}
    </div>
  )
}

interface CodeProps {
  label: string
  value: string
  error: string | undefined
  placeholder: string
  onText: (text: string) => void
}

function CodeField({ label, value, error, placeholder, onText }: CodeProps) {
  return (
    <Field label={label} error={error}>
      {(id, describedBy) => (
        <Textarea
          id={id}
          value={value}
          spellCheck={false}
          placeholder={placeholder}
          className="field-sizing-content max-h-60 min-h-14 font-mono text-xs"
          aria-invalid={error !== undefined}
          aria-describedby={describedBy}
          onChange={({ target }) => onText(target.value)}
        />
      )}
    </Field>
  )
}
