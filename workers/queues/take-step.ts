import type { Platform } from '#adapters/platform'
import { enrichRun, executeRun } from '#domain/automations'
import { describeError } from '#kernel/errors'
import { RunMessage } from '#schema/contracts/messages'
import { retryOrAck, WAIT_SECONDS } from './answer.ts'

export type StepPlatform = Parameters<typeof executeRun>[0] & Pick<Platform, 'log'>

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
  try {
    const result = await (kind === 'enrich' ? enrichRun(platform, input) : executeRun(platform, input))
    platform.log.info('run.step', { kind, runId, traceId, result })
    return result === 'busy' ? message.retry({ delaySeconds: WAIT_SECONDS }) : message.ack()
  } catch (error) {
    const { attempts } = message
    platform.log.warn('run.step_failed', { kind, runId, traceId, attempts, error: describeError(error) })
    return retryOrAck(message, error)
  }
}
