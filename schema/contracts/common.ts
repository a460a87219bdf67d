import { z } from 'zod'

/** A UUIDv7 as text. */
export const Id = z.uuid()
/** An instant as ISO 8601 with a zone, from 1900 to 9999 in UTC. */
export const Instant = z.iso.datetime({ offset: true }).refine(
  (text) => {
    const at = Date.parse(text)
    return at >= Date.UTC(1900, 0) && at < Date.UTC(10_000, 0)
  },
  'between the years 1900 and 9999',
)

/** A list page: `nextCursor` goes into the next request, and is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** What a deletion is answered with. */
export const Deleted = z.object({ id: Id })

/** How a list is asked for. */
export const PageQuery = z.object({
  cursor: Id.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export type PageQuery = z.infer<typeof PageQuery>

/** An error as every route answers it (RFC 9457); `code` is stable and documented under /docs/errors. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  requestId: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>

export const Role = z.enum(['owner', 'admin', 'member', 'viewer'])
export type Role = z.infer<typeof Role>
