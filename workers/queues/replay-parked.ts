import { z } from 'zod'
import type { Platform } from '#adapters/platform'
import { DeliveryMessage, EffectMessage, PollMessage, RunMessage } from '#schema/contracts/messages'

/** So that one call stays far within the time of a request; whoever replays calls until there is no more. */
const MESSAGES_PER_CALL = 25

const MESSAGES: Readonly<Record<string, z.ZodType>> = {
  deliveries: DeliveryMessage,
  polls: PollMessage,
  runs: RunMessage,
  effects: EffectMessage,
}
const Parked = z.object({ queue: z.string(), body: z.unknown() })

export interface ReplayReport {
  sent: number
  /** Stayed where they are: nobody can read them, in this version of the product either. */
  unreadable: number
  /** Where to go on; null at the end. */
  cursor: string | null
}

/**
 * Puts a page of parked messages back into their queues, each dropped only after it was taken: a call that dies in between
 * sends some twice, which consumers bear. Those parked since `before` stay, so that what fails again is not sent in a
 * circle. Throws when the blob storage or a queue is away; what was sent by then is gone.
 */
export async function replayParked(
  needs: Pick<Platform, 'parked' | 'log'>,
  input: { before: Date; cursor: string | null },
): Promise<ReplayReport> {
  const page = await needs.parked.list({ cursor: input.cursor, limit: MESSAGES_PER_CALL })
  const report: ReplayReport = { sent: 0, unreadable: 0, cursor: page.cursor }
  for (const { key, at } of page.parked) {
    if (at >= input.before) continue
    const text = await needs.parked.read(key)
    // Another replay at the same time has put it back.
    if (text === null) continue
    const message = readParked(text)
    if (message === null) {
      report.unreadable += 1
      needs.log.warn('queue.parked_unreadable', { blob: key })
      continue
    }
    await needs.parked.send(message.queue, message.body)
    await needs.parked.drop(key)
    report.sent += 1
    needs.log.info('queue.replayed', { blob: key, queue: message.queue })
  }
  return report
}

function readParked(text: string): { queue: string; body: unknown } | null {
  try {
    const { queue, body } = Parked.parse(JSON.parse(text, bytesAgain))
    const message = MESSAGES[queue]?.safeParse(body)
    return message?.success ? { queue, body: message.data } : null
  } catch {
    return null
  }
}

/** As parking wrote them: `{"$bytes": "<base64>"}`. */
function bytesAgain(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$bytes' in value) || typeof value.$bytes !== 'string') return value
  return Uint8Array.from(atob(value.$bytes), (character) => character.charCodeAt(0))
}
