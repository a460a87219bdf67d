import { earlier } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { kickOutbox } from './dispatch-outbox.ts'
import type { StepNeeds } from './enrich-run.ts'
import { insertLostAcrossOrganizations, selectLostAcrossOrganizations } from './finalizer.store.ts'

/**
 * How long a run may wait without anything announcing its next step (b1 §1.6), and how many are taken up in one tick.
 */
const LOST_AFTER_MS = 10 * MINUTE_MS
const RUNS_PER_TICK = 50

/** Announces the next step of runs whose message was lost. A message too many is harmless: the lease decides. */
export async function requeueLostRuns(needs: StepNeeds): Promise<number> {
  const now = needs.clock.now()
  const quietSince = earlier(now, LOST_AFTER_MS)
  const runs = await selectLostAcrossOrganizations(needs.db, { now, quietSince, limit: RUNS_PER_TICK })
  if (runs.length === 0) return 0
  const entries = runs.map((run) => ({
    id: needs.ids.next(),
    organizationId: run.organizationId,
    kind: run.status === 'queued' || run.status === 'enriching' ? 'enqueue_enrich' : 'enqueue_execute',
    runId: run.id,
  }))
  await insertLostAcrossOrganizations(needs.db, { now, entries })
  needs.log.warn('run.requeued', { runIds: runs.map((run) => run.id) })
  await kickOutbox(needs, { ids: entries.map((entry) => entry.id) })
  return entries.length
}
