import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useState } from 'react'
import type { Automation } from '#schema/contracts/automations'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { useIdempotencyKey } from '../../idempotency-key.ts'
import { Button, buttonStyles } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { useOrganizationId } from '../identity/me.ts'

/** Starts one run by hand, with a word for it where one is needed. */
export function RunNow({ automation }: { automation: Automation }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <Play aria-hidden />
        Run now
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title="Run now" description={automation.name}>
        {automation.enabled ? (
          <RunForm automation={automation} />
        ) : (
          <p className="text-ink-soft">This automation is switched off. Switch it on first, then run it.</p>
        )}
      </Dialog>
    </>
  )
}

function RunForm({ automation }: { automation: Automation }) {
  const [input, setInput] = useState('')
  // Each opening of the dialog is a wish of its own: the same words may well start another run.
  const [wish] = useState(() => crypto.randomUUID())
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  const keyOf = useIdempotencyKey()
  const { mutate, data, isPending, error } = useMutation({
    mutationFn: () => {
      const body = { input: input.trim() }
      const params = { automationId: automation.id }
      return call(endpoints.automations.run, { params, body, idempotencyKey: keyOf({ wish, body }) })
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [organizationId, 'runs'] }),
  })
  if (data !== undefined) {
    return (
      <div className="flex items-center justify-between gap-4">
        <p role="status">The run is queued.</p>
        <Link to="/dashboard/runs/$runId" params={{ runId: data.runId }} className={buttonStyles({ look: 'primary' })}>
          View the run
        </Link>
      </div>
    )
  }
  return (
    <form
      aria-label="Run now"
      className="grid grid-cols-[minmax(0,1fr)] gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isPending) mutate()
      }}
    >
      <Field label="What it should know this time (optional)" hint="Added to its instructions, for this run only.">
        {(id, describedBy) => (
          <Textarea
            id={id}
            value={input}
            maxLength={20_000}
            aria-describedby={describedBy}
            className="field-sizing-content max-h-60 min-h-20 resize-none"
            onChange={(event) => setInput(event.target.value)}
          />
        )}
      </Field>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button type="submit" look="primary" className="justify-self-end" disabled={isPending}>
        {isPending ? 'Starting…' : 'Run'}
      </Button>
    </form>
  )
}
