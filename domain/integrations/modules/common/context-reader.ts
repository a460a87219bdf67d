import type { z } from 'zod'
import type { NormalizedEvent } from '#schema/contracts/triggers'

/**
 * Reads what stands under `name` in an event's context. Every trigger of an organization asks about the same event, so
 * what was read is kept for as long as that context is; contexts do not change, completing an event makes another one.
 * The reader throws when the event is not one of the module's.
 */
export function contextReader<Context>(name: string, schema: z.ZodType<Context>): (event: NormalizedEvent) => Context {
  const known = new WeakMap<NormalizedEvent['context'], Context>()
  return ({ context }) => {
    const before = known.get(context)
    if (before !== undefined) return before
    const read = schema.parse(context[name])
    known.set(context, read)
    return read
  }
}
