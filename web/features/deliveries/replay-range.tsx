import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import type { DeliveryFilter } from '#schema/contracts/deliveries'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { useIdempotencyKey } from '../../idempotency-key.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { counted, formatMoment } from '../../ui/format.ts'
import { Fact, Facts } from '../../ui/page.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { stretchOf } from './deliveries-search.ts'
import { countReplayable } from './queries.ts'

/** More are refused: they are asked for in several stretches of time. */
const MOST = 1_000

type Stretch = DeliveryFilter & { from: string; to: string }

/** Processes again whatever fits the filter; a filter without a stretch of time is not offered that. */
export function ReplayRange({ filter, onReplayed }: { filter: DeliveryFilter; onReplayed: () => void }) {
  const mayReplay = useMay('deliveries:replay')
  const [wanted, setWanted] = useState<Stretch | null>(null)
  if (!mayReplay) return null
  const open = () => {
    const stretch = stretchOf(filter, Date.now())
    if (stretch !== null) setWanted({ ...filter, ...stretch })
  }
  return (
    <>
      <Button
        size="small"
        disabled={filter.from === undefined}
        title={filter.from === undefined ? 'Choose a time first' : undefined}
        onClick={open}
      >
        Replay…
      </Button>
      <Dialog
        open={wanted !== null}
        onOpenChange={(isOpen) => (isOpen ? undefined : setWanted(null))}
        title="Replay deliveries"
        description="Each is processed again as a new delivery. Events that are known already start nothing."
      >
        {wanted === null ? null : (
          <ReplayForm
            wanted={wanted}
            onDone={() => {
              setWanted(null)
              onReplayed()
            }}
          />
        )}
      </Dialog>
    </>
  )
}

function ReplayForm({ wanted, onDone }: { wanted: Stretch; onDone: () => void }) {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const keyOf = useIdempotencyKey()
  const count = useQuery({
    queryKey: [organizationId, 'deliveries-to-replay', wanted],
    queryFn: ({ signal }) => countReplayable(wanted, MOST, signal),
    staleTime: 0,
    gcTime: 0,
  })
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => call(endpoints.deliveries.replayMany, { body: wanted, idempotencyKey: keyOf(wanted) }),
    onSuccess: async ({ replayed }) => {
      await queryClient.invalidateQueries({ queryKey: [organizationId, 'deliveries'] })
      toast.success(`${counted(replayed, 'delivery', 'deliveries')} queued again`)
      onDone()
    },
  })
  const failure = error ?? count.error
  return (
    <div className="grid gap-4">
      <Facts>
        <Fact name="From">{formatMoment(wanted.from)}</Fact>
        <Fact name="To">{formatMoment(wanted.to)}</Fact>
      </Facts>
      <HowMany count={count.data} failed={count.error !== null} />
      {failure === null ? null : <InlineError>{explainError(failure).message}</InlineError>}
      <Button
        look="primary"
        className="justify-self-end"
        disabled={isPending || count.data === undefined || count.data === 0 || count.data > MOST}
        onClick={() => mutate()}
      >
        {isPending ? 'One moment…' : labelOf(count.data)}
      </Button>
    </div>
  )
}

const labelOf = (count: number | undefined) =>
  count === undefined || count > MOST ? 'Replay' : `Replay ${counted(count, 'delivery', 'deliveries')}`

function HowMany({ count, failed }: { count: number | undefined; failed: boolean }) {
  if (failed) return null
  if (count === undefined) return <Skeleton className="h-5 w-56" />
  if (count === 0) return <p role="status">Nothing that has been processed fits.</p>
  if (count > MOST) {
    return (
      <InlineError>
        More than {MOST.toLocaleString()} deliveries fit, which is too many at once. Choose a shorter time.
      </InlineError>
    )
  }
  return <p role="status">Replay the {counted(count, 'delivery', 'deliveries')} that fit the filter?</p>
}
