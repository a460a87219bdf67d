import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { toast } from 'sonner'
import type { DeliveryDetail } from '#schema/contracts/deliveries'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { toastError } from '../../ui/toasts.tsx'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { deliveryQuery, isOpen } from './queries.ts'

/** Processes a delivery again, after a question, and leads to the new one. */
export function ReplayDelivery({ delivery }: { delivery: DeliveryDetail }) {
  const mayReplay = useMay('deliveries:replay')
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { mutate, isPending } = useMutation({
    mutationFn: () => {
      // Each press is a wish of its own: replaying twice is harmless, and may be wanted.
      const idempotencyKey = crypto.randomUUID()
      return call(endpoints.deliveries.replay, { params: { deliveryId: delivery.id }, idempotencyKey })
    },
    onSuccess: ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: [organizationId, 'deliveries'] })
      void queryClient.invalidateQueries({ queryKey: deliveryQuery(organizationId, delivery.id).queryKey })
      const open = () => void navigate({ to: '/dashboard/deliveries/$deliveryId', params: { deliveryId: id } })
      toast.success('The delivery is queued again', { action: { label: 'View replay', onClick: open } })
    },
    onError: (error) => toastError('The delivery was not replayed', error),
  })
  if (!mayReplay || isOpen(delivery)) return null
  return (
    <Confirm
      trigger={
        <Button size="small" disabled={isPending}>
          {isPending ? 'Replaying…' : 'Replay'}
        </Button>
      }
      title="Replay this delivery?"
      description="It is processed again as a new delivery, by the automations as they are now. Events that are known already start nothing."
      action="Replay"
      keep="Cancel"
      look="primary"
      onConfirm={() => mutate()}
    />
  )
}
