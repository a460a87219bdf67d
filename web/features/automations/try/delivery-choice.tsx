import type { Delivery } from '#schema/contracts/deliveries'
import { explainError } from '../../../client.ts'
import { Field } from '../../../ui/field.tsx'
import { formatAge } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { Select } from '../../../ui/select.tsx'
import { InlineError, Skeleton } from '../../../ui/states.tsx'

const NOW_STEP_MS = 30_000

/** One of what a service sent of late. */
export function DeliveryChoice(props: {
  query: { data: { items: Delivery[] } | undefined; error: unknown }
  value: string | null
  onChange: (deliveryId: string) => void
}) {
  const { query, value, onChange } = props
  const now = useNow(NOW_STEP_MS)
  if (query.data === undefined) {
    if (query.error == null) return <Skeleton className="h-8" />
    return <InlineError>The deliveries could not be loaded. {explainError(query.error).message}</InlineError>
  }
  if (query.data.items.length === 0) {
    return <p className="text-sm text-ink-faint">Nothing was delivered yet. Paste a payload instead.</p>
  }
  const options = query.data.items.map((delivery) => ({
    value: delivery.id,
    label: titleOf(delivery),
    hint: formatAge(delivery.receivedAt, now),
  }))
  return (
    <Field label="Delivery">
      {(id) => (
        <Select
          id={id}
          value={value ?? undefined}
          options={options}
          placeholder="Choose a delivery"
          className="w-full border-line-strong"
          onChange={onChange}
        />
      )}
    </Field>
  )
}

function titleOf({ eventType, outcome }: Delivery): string {
  const about = outcome?.decisions[0]?.eventTitle
  return about === undefined ? eventType : `${eventType}: ${about}`
}
