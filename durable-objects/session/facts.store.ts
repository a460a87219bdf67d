import { z } from 'zod'
import type { SessionOpening } from '#domain/sessions'
import { traceIdOf } from '#kernel/trace'
import { BootStage } from '#schema/contracts/session-events'
import { ClientType, SessionOutcome, SessionStatus, SessionType } from '#schema/contracts/sessions'

const instant = z.number().int().nullable().default(null)

/** Everything the object knows of itself that is one value; instants in milliseconds since 1970. */
const Facts = z.object({
  /** Counts the instances of this object (D15). */
  epoch: z.number().int().default(0),
  status: SessionStatus.default('pending'),
  statusReason: z.string().nullable().default(null),
  pauseReason: z.string().nullable().default(null),
  outcome: SessionOutcome.nullable().default(null),
  summary: z.string().nullable().default(null),
  /** True once the session was ended for good: it takes no prompts any more. */
  final: z.boolean().default(false),
  /** Counts the sandboxes of the session. */
  generation: z.number().int().default(0),
  sandboxId: z.string().nullable().default(null),
  sandboxExpiresAt: instant,
  /** Number of the last stored event of the current sandbox's daemon. */
  sandboxSeq: z.number().int().default(0),
  boot: z.object({ attempt: z.number().int(), stage: BootStage, since: z.number().int() }).nullable().default(null),
  linkLostAt: instant,
  checkpointRef: z.string().nullable().default(null),
  /** What follows an accepted completion, a moment after the tool was answered. */
  finishing: z.enum(['stop', 'pause']).nullable().default(null),
  /** A failure that the run must still be told. */
  runFailure: z.object({ reason: z.string(), error: z.string() }).nullable().default(null),
  runTouchedAt: instant,
  startedAt: instant,
  lastActivityAt: instant,
  lastSeenAliveAt: instant,
  pausedAt: instant,
  endedAt: instant,
  /** Counts changes that the index in Postgres must learn of, and which of them it has. */
  revision: z.number().int().default(0),
  projectedRevision: z.number().int().default(0),
})
export type Facts = z.infer<typeof Facts>

const OpeningBody = z.object({
  sessionId: z.string(),
  organizationId: z.string(),
  configurationId: z.string(),
  sessionType: SessionType,
  clientType: ClientType,
  title: z.string(),
  modelId: z.string(),
  run: z.object({ runId: z.string(), automationId: z.string(), completionId: z.string() }).nullable(),
  branch: z.string(),
  instructions: z.string(),
  files: z.array(z.object({ path: z.string(), content: z.string() })),
  /** Sessions that were opened before traces were kept have none of their own. */
  traceId: z.string().optional(),
})
const Opening = OpeningBody.transform((body): SessionOpening => ({
  ...body,
  traceId: body.traceId ?? traceIdOf(body.sessionId),
}))

type Body = { body: string }

export function readFacts(sql: SqlStorage): Facts {
  const [row] = sql.exec<Body>('select body from facts').toArray()
  return Facts.parse(row ? JSON.parse(row.body) : {})
}

export function writeFacts(sql: SqlStorage, facts: Facts): void {
  sql.exec(
    'insert into facts (id, body) values (1, ?) on conflict (id) do update set body = excluded.body',
    JSON.stringify(facts),
  )
}

export function readOpening(sql: SqlStorage): SessionOpening | null {
  const [row] = sql.exec<Body>('select body from opening').toArray()
  return row ? Opening.parse(JSON.parse(row.body)) : null
}

/** Keeps the first opening; a later one changes nothing. */
export function writeOpening(sql: SqlStorage, opening: SessionOpening): void {
  sql.exec(
    'insert into opening (id, body) values (1, ?) on conflict (id) do nothing',
    JSON.stringify(Opening.parse(opening)),
  )
}
