import { ResourceChanged } from '#kernel/errors'
import type { Digest } from '#kernel/ports'

/** Hex digits of an entity tag: 128 bits of the digest. */
const TAG_LENGTH = 32

/** The entity tag of what the API shows of one thing, from the JSON text that it answers with. */
export async function etagOf(needs: { digest: Digest }, text: string): Promise<string> {
  return `"${(await needs.digest.sha256(text)).slice(0, TAG_LENGTH)}"`
}

/**
 * Whether a tag stands in an If-Match or If-None-Match header: `*`, or a comma-separated list. A proxy that compresses
 * marks a tag as weak (W/), which is still the same content.
 */
export function listsTag(header: string, tag: string): boolean {
  const listed = header.split(',').map((one) => one.trim().replace(/^W\//, ''))
  return listed.includes('*') || listed.includes(tag)
}

/**
 * What an edit that says If-Match does first: compares it with what is there now. Throws `resource.changed`. Whoever
 * writes must still compare and set, because somebody may be between.
 */
export async function requireUnchanged(
  needs: { digest: Digest },
  input: { view: unknown; ifMatch: string | null },
): Promise<void> {
  if (input.ifMatch === null) return
  const tag = await etagOf(needs, JSON.stringify(input.view))
  if (!listsTag(input.ifMatch, tag)) throw ResourceChanged()
}
