import { openAsBlob } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { BootBundle } from '#schema/contracts/boot-bundle'
import { backoffMs } from './backoff.ts'
import type { DaemonLog } from './log.ts'
import { wordsOf } from './text.ts'

/** A limit of the platform (`PUT /sandbox/blobs`). */
export const MAX_BLOB_BYTES = 100 * 1024 * 1024

const BUNDLE_DEADLINE_MS = 15_000
const BLOB_DEADLINE_MS = 5 * 60_000
const BLOB_ATTEMPTS = 4
/** About four minutes of trying: longer than a deploy takes, and the Session gives up on the boot before. */
const BUNDLE_ATTEMPTS = 30

/** The platform does not know this sandbox (any more): it must end. */
export class SandboxNotWanted extends Error {}
/** The platform answered something that trying again will not change. */
class Refused extends Error {}

interface PlatformAddress {
  platformUrl: string
  token: string
  traceparent?: string | undefined
}

/**
 * Fetches what this sandbox boots from. Network faults and 5xx are tried again with backoff; throws
 * `SandboxNotWanted` for 401 and 410, and an error in words for a bundle that cannot be read.
 */
export async function fetchBundle(needs: { log: DaemonLog }, address: PlatformAddress): Promise<BootBundle> {
  const response = await persistently(needs, BUNDLE_ATTEMPTS, 'bundle', () =>
    fetch(`${address.platformUrl}/sandbox/bundle`, {
      headers: bearer(address),
      signal: AbortSignal.timeout(BUNDLE_DEADLINE_MS),
    }),
  )
  const bundle = BootBundle.safeParse(await response.json())
  if (!bundle.success)
    throw new Error(`The boot bundle is not of the contract: ${bundle.error.message.slice(0, 1_000)}`)
  return bundle.data
}

/**
 * Stores a file as `key` in the session's space and returns its size in bytes. Throws when it is too large or
 * refused.
 */
export async function storeBlob(
  needs: { log: DaemonLog; address: PlatformAddress },
  blob: { key: string; file: string; contentType: string },
): Promise<number> {
  const { size } = await stat(blob.file)
  if (size > MAX_BLOB_BYTES) throw new Error(`${blob.key} is too large to store: ${size} bytes`)
  await persistently(needs, BLOB_ATTEMPTS, 'blob.put', async () =>
    fetch(blobUrl(needs.address, blob.key), {
      method: 'PUT',
      headers: { ...bearer(needs.address), 'content-type': blob.contentType },
      // A Blob of the file, not a stream: fetch then sends its length, which the platform demands.
      body: await openAsBlob(blob.file),
      signal: AbortSignal.timeout(BLOB_DEADLINE_MS),
    }),
  )
  return size
}

/** Writes the blob `key` of the session's space into a file. Throws when there is none. */
export async function loadBlob(
  needs: { log: DaemonLog; address: PlatformAddress },
  blob: { key: string; file: string },
): Promise<void> {
  const response = await persistently(needs, BLOB_ATTEMPTS, 'blob.get', () =>
    fetch(blobUrl(needs.address, blob.key), {
      headers: bearer(needs.address),
      signal: AbortSignal.timeout(BLOB_DEADLINE_MS),
    }),
  )
  await writeFile(blob.file, response.body ?? '', { mode: 0o600 })
}

/** Who asks, and in which trace. */
export function bearer({ token, traceparent }: Omit<PlatformAddress, 'platformUrl'>): Record<string, string> {
  return { authorization: `Bearer ${token}`, ...(traceparent === undefined ? {} : { traceparent }) }
}

function blobUrl({ platformUrl }: PlatformAddress, key: string): string {
  return `${platformUrl}/sandbox/blobs/${key.split('/').map(encodeURIComponent).join('/')}`
}

async function persistently(
  needs: { log: DaemonLog },
  attempts: number,
  what: string,
  ask: () => Promise<Response>,
): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await refuseUnlessOk(await ask(), what)
    } catch (error) {
      if (error instanceof SandboxNotWanted || error instanceof Refused || attempt + 1 >= attempts) throw error
      needs.log.warn(`${what}.retry`, { attempt, message: wordsOf(error) })
      await sleep(backoffMs(attempt))
    }
  }
}

async function refuseUnlessOk(response: Response, what: string): Promise<Response> {
  if (response.ok) return response
  const words = (await response.text()).slice(0, 500)
  const message = `The platform answered ${response.status} to ${what}: ${words}`
  if (response.status === 401 || response.status === 410) throw new SandboxNotWanted(message)
  if (response.status < 500 && response.status !== 429) throw new Refused(message)
  throw new Error(message)
}
