import { setTimeout as sleep } from 'node:timers/promises'

const POLL_EVERY_MS = 50
/** Some servers accept a connection before they serve it and never answer that first request, so each try is short. */
const ONE_TRY_MS = 500

/** Resolves when the URL answers with any 2xx. Throws after `deadlineMs`, naming the last thing that went wrong. */
export async function waitForHttp(url: string, deadlineMs = 30_000): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs
  let last = 'no answer'
  while (performance.now() < giveUpAt) {
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(ONE_TRY_MS) })
      await reply.body?.cancel()
      if (reply.ok) return
      last = `HTTP ${reply.status}`
    } catch (error) {
      last = describe(error)
    }
    await sleep(POLL_EVERY_MS)
  }
  throw new Error(`${url} did not answer within ${deadlineMs} ms (${last})`)
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
