import { z } from 'zod'
import { ProviderForbidden, ProviderUnauthorized } from '../../errors.ts'

const KEPT_FOR_MS = 3_600_000

/** A list that seldom changes, as a cursor keeps it from poll to poll. */
export const keptList = <Item extends z.ZodType>(item: Item) => z.object({ at: z.string(), items: z.array(item) })

export interface KeptList<Item> {
  at: string
  items: Item[]
}

/**
 * Uses the list that is kept: asking for it each time would be a call more in every cycle (trap T2). It is asked for
 * again after an hour, and at once when the provider refuses what was tried with it.
 */
export async function withKeptList<Item, Result>(
  input: { kept: KeptList<Item> | null | undefined; now: Date; ask: () => Promise<Item[]> },
  use: (list: KeptList<Item>) => Promise<Result>,
): Promise<Result> {
  const { kept, now, ask } = input
  const fresh = async () => ({ at: now.toISOString(), items: await ask() })
  if (!kept || now.getTime() - Date.parse(kept.at) >= KEPT_FOR_MS) return use(await fresh())
  try {
    return await use(kept)
  } catch (error) {
    if (!ProviderUnauthorized.is(error) && !ProviderForbidden.is(error)) throw error
    return use(await fresh())
  }
}
