import { createHmac } from 'node:crypto'
import { z } from 'zod'

const CALL_DEADLINE_MS = 60_000

const Report = z.object({ sent: z.number(), unreadable: z.number(), cursor: z.string().nullable() })

/**
 * Asks a deployment page by page to put its parked messages back, and prints how far it is. Throws when it refuses or
 * cannot be reached: what was put back by then is, and asking again goes on.
 */
export async function replayAll(input: {
  url: string
  serviceToken: string
  /** Those parked later stay. */
  before: Date
  print: (line: string) => void
}): Promise<{ sent: number; unreadable: number }> {
  const token = createHmac('sha256', input.serviceToken).update('operator').digest('hex')
  const total = { sent: 0, unreadable: 0 }
  let cursor: string | null = null
  do {
    const response: Response = await fetch(new URL('/internal/operator/replay', input.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ before: input.before.toISOString(), cursor }),
      signal: AbortSignal.timeout(CALL_DEADLINE_MS),
    })
    if (!response.ok) throw new Error(`${input.url} answered ${response.status} after ${total.sent} messages: ${await response.text()}`)
    const report = Report.parse(await response.json())
    total.sent += report.sent
    total.unreadable += report.unreadable
    cursor = report.cursor
    input.print(`${total.sent} put back, ${total.unreadable} unreadable${cursor === null ? '' : ' so far'}`)
  } while (cursor !== null)
  return total
}
