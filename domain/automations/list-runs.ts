import { type Page, pageOf } from '#kernel/page'
import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import type { Run, RunEvent, RunStatus } from '#schema/contracts/runs'
import { RunNotFound } from './errors.ts'
import { viewRun, viewRunEvent } from './run.view.ts'
import { selectRun, selectRunEvents, selectRuns } from './runs.store.ts'

type Needs = Pick<Kernel, 'db'>

/** One page of an organization's runs, newest first, all or those of one status or automation. */
export async function listRuns(
  needs: Needs,
  input: { actor: Actor; cursor?: string; limit: number; status?: RunStatus; automationId?: string },
): Promise<Page<Run>> {
  const { actor, ...query } = input
  authorize(actor, 'read', 'run')
  const { organizationId } = actor
  const rows = await selectRuns(needs.db, { ...query, organizationId, limit: query.limit + 1 })
  return pageOf(rows.map((row) => ({ ...row, id: row.run.id })), query.limit, viewRun)
}

/** One run. Throws `run.not_found`, the same for a missing one and for another organization's. */
export async function findRun(needs: Needs, input: { actor: Actor; runId: string }): Promise<Run> {
  const { actor, runId } = input
  authorize(actor, 'read', 'run')
  const row = await selectRun(needs.db, { organizationId: actor.organizationId, runId })
  if (!row) throw RunNotFound()
  return viewRun(row)
}

/** The timeline of a run, oldest first. Throws `run.not_found`. */
export async function listRunEvents(
  needs: Needs,
  input: { actor: Actor; runId: string },
): Promise<{ items: RunEvent[] }> {
  const { actor, runId } = input
  authorize(actor, 'read', 'run')
  const events = await selectRunEvents(needs.db, { organizationId: actor.organizationId, runId })
  if (!events) throw RunNotFound()
  return { items: events.map(viewRunEvent) }
}
