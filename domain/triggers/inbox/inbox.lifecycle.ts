import { lifecycle } from '#kernel/lifecycle'
import type { DeliveryStatus } from '#schema/contracts/deliveries'

/**
 * States of a ledger row (a2 §2.7). `reclaim` takes over from a consumer that died; nothing leaves completed or
 * failed.
 */
export const inboxLifecycle = lifecycle<DeliveryStatus, 'claim' | 'reclaim' | 'complete' | 'fail' | 'retry'>({
  queued: { claim: 'processing' },
  processing: { reclaim: 'processing', complete: 'completed', fail: 'failed', retry: 'queued' },
  completed: {},
  failed: {},
})
