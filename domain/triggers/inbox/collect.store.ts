import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import { Id } from '#schema/contracts/common'

const Collectable = z
  .object({ id: Id, last_ref: z.string().nullable() })
  .transform((row) => ({ id: row.id, payloadRef: row.last_ref }))

/**
 * Ended rows that ended before an instant. With the key of their body in blob storage, unless a row that stays names it
 * too: a replay shares the body of the delivery that it repeats.
 */
export async function listEndedAcrossOrganizations(
  db: Database,
  input: { endedBefore: Date; limit: number },
): Promise<z.infer<typeof Collectable>[]> {
  const rows = await queryRows(
    db,
    sql`
      with ended as materialized (
        select id, payload_ref, processed_at from webhook_inbox
        where status in ('completed', 'failed') and processed_at < ${input.endedBefore.toISOString()}::timestamptz
        order by processed_at limit ${input.limit}
      ), shared as (
        select distinct w.payload_ref
        from ended e join webhook_inbox w on w.payload_ref = e.payload_ref
        where e.payload_ref is not null and w.id not in (select id from ended)
      )
      select e.id, case when s.payload_ref is null then e.payload_ref end as last_ref
      from ended e left join shared s on s.payload_ref = e.payload_ref
      order by e.processed_at`,
  )
  return rows.map((row) => Collectable.parse(row))
}

/** Removes ended rows; a row that has not ended stays, whatever was asked. Returns how many are gone. */
export async function deleteEndedAcrossOrganizations(db: Database, ids: string[]): Promise<number> {
  const rows = await queryRows(
    db,
    sql`
      with gone as (
        delete from webhook_inbox
        where id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))
          and status in ('completed', 'failed')
        returning 1
      )
      select count(*)::int as count from gone`,
  )
  return z.number().parse(rows[0]?.count)
}

/**
 * Removes events that started nothing when they came, and that nobody asks about any more; those a person skipped stay with
 * their runs. Returns how many are gone.
 */
export async function deleteSkippedAcrossOrganizations(
  db: Database,
  input: { createdBefore: Date; limit: number },
): Promise<number> {
  const rows = await queryRows(
    db,
    sql`
      with gone as (
        delete from trigger_events where id in (
          select id from trigger_events
          where status = 'skipped' and created_at < ${input.createdBefore.toISOString()}::timestamptz
            and skip_reason is distinct from 'manual'
          order by created_at limit ${input.limit})
        returning 1
      )
      select count(*)::int as count from gone`,
  )
  return z.number().parse(rows[0]?.count)
}
