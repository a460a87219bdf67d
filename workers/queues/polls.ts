import type { Platform } from '#adapters/platform'
import { pollGroup, type PollNeeds } from '#domain/triggers'
import { describeError } from '#kernel/errors'
import { observeWork } from '#kernel/observe-work'
import { PollMessage } from '#schema/contracts/messages'
import { parkMessage } from './parked.ts'

/** The group stays due: whatever went wrong, the next tick finds it again, so a retry here only saves the minute. */
const RETRY_SECONDS = 30

type Needs = PollNeeds & Pick<Platform, 'telemetry' | 'blobs'>

/** Polls the groups of a batch, all at the same time: a provider that is slow holds up its own organization alone. */
export async function takePolls(needs: Needs, batch: MessageBatch<unknown>): Promise<void> {
  await Promise.all(batch.messages.map((message) => takePoll(needs, batch.queue, message)))
}

async function takePoll(needs: Needs, queue: string, message: Message): Promise<void> {
  const parsed = PollMessage.safeParse(message.body)
  if (!parsed.success) {
    await parkMessage(needs, { queue, message })
    return message.ack()
  }
  const { organizationId, groupId, traceId } = parsed.data
  const work = { event: 'poll.message', kind: 'consumer' as const, traceId, fields: { organizationId, groupId } }
  try {
    await observeWork(needs, work, async () => {
      const { outcome, ...fields } = await pollGroup(needs, parsed.data)
      return { fields: { outcome, ...fields }, ...('error' in fields ? { failed: String(fields.error) } : {}) }
    })
    message.ack()
  } catch (error) {
    needs.log.warn('poll.retried', { groupId, error: describeError(error) })
    message.retry({ delaySeconds: RETRY_SECONDS })
  }
}
