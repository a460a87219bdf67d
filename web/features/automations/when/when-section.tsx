import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { explainError } from '../../../client.ts'
import { Button } from '../../../ui/button.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { InlineError, Skeleton } from '../../../ui/states.tsx'
import { useMay, useOrganizationId } from '../../identity/me.ts'
import { providersQuery, whenQuery } from '../queries.ts'
import { AddWhenDialog } from './when-dialog.tsx'
import { WhenItem } from './when-item.tsx'

/** Everything that an automation runs on. */
export function WhenSection({ automationId }: { automationId: string }) {
  const mayAdd = useMay('triggers:create')
  const [adding, setAdding] = useState(false)
  return (
    <Panel title="Runs when…" description="Each of these starts a run by itself.">
      <WhenList automationId={automationId} />
      {mayAdd ? (
        <div className="border-t border-line px-4 py-2.5 first:border-t-0">
          <Button size="small" onClick={() => setAdding(true)}>
            <Plus aria-hidden />
            Add an event
          </Button>
        </div>
      ) : null}
      {mayAdd ? <AddWhenDialog automationId={automationId} open={adding} onOpenChange={setAdding} /> : null}
    </Panel>
  )
}

function WhenList({ automationId }: { automationId: string }) {
  const when = useQuery(whenQuery(useOrganizationId(), automationId))
  const providers = useQuery(providersQuery)
  if (when.data === undefined || providers.data === undefined) {
    const error = when.error ?? providers.error
    if (error === null) return <LoadingWhen />
    const retry = () => {
      void when.refetch()
      void providers.refetch()
    }
    return (
      <div className="grid justify-items-start gap-3 p-4">
        <InlineError>What it runs on could not be loaded. {explainError(error).message}</InlineError>
        <Button onClick={retry}>Try again</Button>
      </div>
    )
  }
  // Running it by hand leaves a switched-off entry that is nobody's to edit.
  const items = when.data.filter(({ triggerType }) => triggerType !== 'manual')
  if (items.length === 0) {
    return <p className="px-4 py-5 text-sm text-ink-faint">Nothing yet: it runs only when somebody presses Run now.</p>
  }
  return (
    <ul aria-label="Runs when" className="divide-y divide-line">
      {items.map((item) => (
        <WhenItem key={item.id} item={item} providers={providers.data.items} />
      ))}
    </ul>
  )
}

function LoadingWhen() {
  return (
    <div aria-busy="true" className="grid gap-2 p-4">
      <p className="sr-only" role="status">
        Loading what it runs on
      </p>
      <Skeleton className="h-5 w-1/2" />
      <Skeleton className="h-5 w-2/3" />
    </div>
  )
}
