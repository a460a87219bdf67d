import type { Platform } from '#adapters/platform'
import { observeWork } from '#kernel/observe-work'
import { endRunSession, writeArtifact } from '#domain/automations'
import { describeError } from '#kernel/errors'
import { EffectMessage } from '#schema/contracts/messages'
import { retryOrAck, WAIT_SECONDS } from './answer.ts'

export type EffectPlatform = Pick<Platform, 'db' | 'clock' | 'ids' | 'log' | 'blobs' | 'sessionObjects' | 'telemetry'>

/** Carries out the effect that one message asks for, and acknowledges the message or has it come again later. */
export async function carryOut(platform: EffectPlatform, message: Message): Promise<void> {
  const parsed = EffectMessage.safeParse(message.body)
  if (!parsed.success) {
    platform.log.error('queue.malformed_message', { messageId: message.id, error: parsed.error.message })
    return message.retry({ delaySeconds: WAIT_SECONDS })
  }
  const effect = parsed.data
  const { kind, organizationId, runId, traceId } = effect
  const fields = { kind, organizationId, runId, messageId: message.id, attempts: message.attempts }
  await observeWork(platform, { event: 'run.effect', kind: 'consumer', traceId, fields }, async () => {
    try {
      await (effect.kind === 'write_artifacts' ? writeArtifact(platform, effect) : endRunSession(platform, effect))
      message.ack()
      return {}
    } catch (error) {
      retryOrAck(message, error)
      return { failed: describeError(error) }
    }
  })
}
