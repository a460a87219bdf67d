import { MINUTE_MS } from '#kernel/durations'
import type { Digest } from '#kernel/ports'

/** A delivery without an id of its own is the same as another of the same bytes for so long (a2 §2.4). */
const BUCKET_MS = 5 * MINUTE_MS

/** The delivery id of a sender that gives none. */
export async function contentIdOf(
  digest: Pick<Digest, 'sha256'>,
  rawBody: Uint8Array | string,
  receivedAt: Date,
): Promise<string> {
  return `sha256:${await digest.sha256(rawBody)}:${Math.floor(receivedAt.getTime() / BUCKET_MS)}`
}
