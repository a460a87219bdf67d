import type { Kernel } from '#kernel/needs'
import { findLivingKeys } from './api-keys.store.ts'

/** Which of these keys may still be used at this moment. One statement, and none when nobody came with a key. */
export async function livingKeys(
  needs: Pick<Kernel, 'db' | 'clock'>,
  input: { organizationId: string; keyIds: readonly string[] },
): Promise<Set<string>> {
  const { organizationId, keyIds } = input
  if (keyIds.length === 0) return new Set()
  return new Set(await findLivingKeys(needs.db, organizationId, { keyIds, now: needs.clock.now() }))
}
