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
import { Field } from '../../ui/field.tsx'
import { Fact, Facts } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { lastOf, stretchOf } from './deliveries-search.ts'
import type { Last } from './deliveries-search.ts'
import { STRETCHES } from './delivery-filters.tsx'
import { countReplayable } from './queries.ts'

/** More are refused: they are asked for in several stretches of time. */
const MOST = 1_000

type Stretch = DeliveryFilter & { from: string; to: string }

/** Processes again whatever fits the filter; where that has no time, the dialog asks for one. */
export function ReplayRange({ filter, onReplayed }: { filter: DeliveryFilter; onReplayed: () => void }) {
  const mayReplay = useMay('deliveries:replay')
  const [open, setOpen] = useState(false)
  if (!mayReplay) return null
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        Replay…
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Replay deliveries"
        description="Each is processed again as a new delivery. Events that are known already start nothing."
      >
        <ReplayOf
          filter={filter}
          onDone={() => {
            setOpen(false)
            onReplayed()
          }}
        />
      </Dialog>
    </>
  )
}

/** The stretch of time is that of the moment in which the dialog is opened, or the time chosen. */
function ReplayOf({ filter, onDone }: { filter: DeliveryFilter; onDone: () => void }) {
  const [last, setLast] = useState<Last>()
  const [stretch, setStretch] = useState(() => stretchOf(filter, Date.now()))
  const choose = (chosen: Last) => {
    setLast(chosen)
    setStretch(lastOf(chosen, filter, Date.now()))
  }
  return (
    <div className="grid gap-4">
      {filter.from !== undefined ? null : (
        <Field label="Received in the">
          {(id) => (
            <Select
              id={id}
              value={last}
              options={(Object.keys(STRETCHES) as Last[]).map((value) => ({ value, label: STRETCHES[value] }))}
              placeholder="Choose a time"
              className="w-full border-line-strong"
              onChange={choose}
            />
          )}
        </Field>
      )}
      {stretch === null ? null : <ReplayForm wanted={{ ...filter, ...stretch }} onDone={onDone} />}
    </div>
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
