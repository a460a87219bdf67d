import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import { storableJson } from '#kernel/json'
import { Id } from '#schema/contracts/common'
import type { DeliveryMessage } from '#schema/contracts/messages'

// Batches of the queue mix organizations, so this statement does too: each row carries the organization of its endpoint,
// or none until it is known.

export interface Arrival
  extends Pick<DeliveryMessage, 'id' | 'ingress' | 'organizationId' | 'endpointId' | 'verification' | 'receivedAt'> {
  /** Within what its delivery id is unique. */
  source: string
  identityKind: 'trigger' | 'integration' | 'connection' | null
  identityValue: string | null
  provider: string
  deliveryId: string
  eventType: string
  headers: Record<string, string>
  /** The text that was signed; null when the bytes lie in blob storage. */
  payload: string | null
  payloadRef: string | null
  traceId: string
}

const Recorded = z.object({ arrival_id: Id, row_id: Id.nullable(), is_ours: z.boolean() })

/** The row that stands for an arrival. */
export type Recording =
  | { kind: 'row'; id: string }
  /** Another statement is writing the same delivery just now. */
  | { kind: 'elsewhere' }
  /** Its endpoint is gone. */
  | { kind: 'unwanted' }

/**
 * Writes all rows in one statement; a delivery that is there already stays as it is. Returns what stands for each
 * arrival.
 */
export async function recordArrivalsAcrossOrganizations(
  db: Database,
  input: { arrivals: Arrival[]; now: Date },
): Promise<Map<string, Recording>> {
  const arrivals = input.arrivals.map(({ payload, ...arrival }) => ({ ...storableJson(arrival), payload }))
  const now = input.now.toISOString()
  // Sorted, so that two statements with the same deliveries wait for each other in one order and never in a circle.
  const rows = await queryRows(
    db,
    sql`
      with arrival as (
        select a.*, e.id is not null or (a.ingress <> 'endpoint' and a."endpointId" is null) as is_ours
        from jsonb_to_recordset(${JSON.stringify(arrivals)}::jsonb) as a(
          id uuid, ingress text, source text, verification text, "organizationId" text, "endpointId" uuid,
          "identityKind" text, "identityValue" text, provider text, "deliveryId" text, "eventType" text, headers jsonb,
          payload text, "payloadRef" text, "traceId" text, "receivedAt" timestamptz)
        left join webhook_endpoints e on e.id = a."endpointId" and e.organization_id = a."organizationId"
      ), recorded as (
        insert into webhook_inbox (id, ingress, source, verification, organization_id, endpoint_id, identity_kind,
          identity_value, provider, delivery_id, event_type, headers, payload, payload_ref, trace_id, received_at,
          next_attempt_at)
        select a.id, a.ingress, a.source, a.verification, a."organizationId", a."endpointId", a."identityKind",
          a."identityValue", a.provider, a."deliveryId", a."eventType", a.headers, a.payload, a."payloadRef",
          a."traceId", a."receivedAt", ${now}::timestamptz
        from arrival a where a.is_ours
        order by a.source, a."deliveryId"
        -- Whichever index speaks first: the same message at two consumers at once has the same id, too.
        on conflict do nothing
        returning id, source, delivery_id
      )
      select a.id as arrival_id, coalesce(r.id, known.id) as row_id, a.is_ours
      from arrival a
      left join recorded r on r.source = a.source and r.delivery_id = a."deliveryId"
      left join webhook_inbox known on known.source = a.source and known.delivery_id = a."deliveryId"`,
  )
  return new Map(rows.map((row) => Recorded.parse(row)).map((row) => [row.arrival_id, recordingOf(row)]))
}

function recordingOf({ row_id: id, is_ours: isOurs }: z.infer<typeof Recorded>): Recording {
  if (id !== null) return { kind: 'row', id }
  return { kind: isOurs ? 'elsewhere' : 'unwanted' }
}
