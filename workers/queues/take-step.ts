import type { Platform } from '#adapters/platform'
import { observeWork } from '#kernel/observe-work'
import { enrichRun, executeRun } from '#domain/automations'
import { describeError } from '#kernel/errors'
import { RunMessage } from '#schema/contracts/messages'
import { retryOrAck, WAIT_SECONDS } from './answer.ts'

export type StepPlatform = Parameters<typeof executeRun>[0] & Pick<Platform, 'log' | 'telemetry'>

/** Takes the step of a run that one message asks for, and acknowledges the message or has it come again later. */
export async function takeStep(platform: StepPlatform, message: Message): Promise<void> {
  const parsed = RunMessage.safeParse(message.body)
  if (!parsed.success) {
    // A later version may understand it; after the last try it is parked, not lost.
    platform.log.error('queue.malformed_message', { messageId: message.id, error: parsed.error.message })
    return message.retry({ delaySeconds: WAIT_SECONDS })
  }
  const { organizationId, runId, kind, traceId } = parsed.data
  const input = { organizationId, runId, leaseOwner: `runs:${message.id}` }
  const fields = { kind, organizationId, runId, messageId: message.id, attempts: message.attempts }
  await observeWork(platform, { event: 'run.step', kind: 'consumer', traceId, fields }, async () => {
    try {
      const result = await (kind === 'enrich' ? enrichRun(platform, input) : executeRun(platform, input))
      // Waiting for a free session takes as long as it takes: a new message, so that tries do not run out meanwhile.
      if (result === 'waiting') await platform.runQueue.send([parsed.data], { delaySeconds: WAIT_SECONDS })
      if (result === 'busy') message.retry({ delaySeconds: WAIT_SECONDS })
      else message.ack()
      return { fields: { result } }
    } catch (error) {
      retryOrAck(message, error)
      return { failed: describeError(error) }
    }
  })
}
