import type { Platform } from '#adapters/platform'
import { endRunSession, writeArtifact } from '#domain/automations'
import { describeError } from '#kernel/errors'
import { EffectMessage } from '#schema/contracts/messages'
import { retryOrAck, WAIT_SECONDS } from './answer.ts'

export type EffectPlatform = Pick<Platform, 'db' | 'clock' | 'log' | 'blobs' | 'sessionObjects'>

/** Carries out the effect that one message asks for, and acknowledges the message or has it come again later. */
export async function carryOut(platform: EffectPlatform, message: Message): Promise<void> {
  const parsed = EffectMessage.safeParse(message.body)
  if (!parsed.success) {
    platform.log.error('queue.malformed_message', { messageId: message.id, error: parsed.error.message })
    return message.retry({ delaySeconds: WAIT_SECONDS })
  }
  const effect = parsed.data
  const { kind, runId, traceId } = effect
  try {
    await (effect.kind === 'write_artifacts' ? writeArtifact(platform, effect) : endRunSession(platform, effect))
    platform.log.info('effect.done', { kind, runId, traceId })
    return message.ack()
  } catch (error) {
    const { attempts } = message
    platform.log.warn('effect.failed', { kind, runId, traceId, attempts, error: describeError(error) })
    return retryOrAck(message, error)
  }
}
