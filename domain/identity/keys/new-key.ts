import type { Digest } from '#kernel/ports'
import type { RandomSource } from '../ports.ts'

/** How every key begins, so that people and secret scanners know one; those of the CLI say so. */
export const KEY_PREFIX = 'pk_'
export const CLI_KEY_PREFIX = 'pk_cli_'
/** How much of the random part is shown in lists. */
const SHOWN = 6
/** How many keys one person may have (b6 §6.4). */
export const MAX_KEYS = 20
/** Keys made at once choose the same slot; each round lets one in. */
export const MAX_SLOT_TRIES = 2 * MAX_KEYS

/** A fresh key with what is stored of it: 256 random bits, so that a plain digest is enough. */
export async function newKey(
  needs: { secrets: RandomSource; digest: Digest },
  prefix: string,
): Promise<{ key: string; keyHash: string; start: string }> {
  const key = `${prefix}${needs.secrets.next()}`
  return { key, keyHash: await needs.digest.sha256(key), start: key.slice(0, prefix.length + SHOWN) }
}
