import type { SessionOpening } from '#domain/sessions'
import { traceIdOf } from '#kernel/trace'
import { completionIdOf, TRIGGER_CONTEXT_PATH } from './build-prompt.ts'
import type { RunContext } from './run-context.store.ts'
import type { RunRow } from './run.row.ts'

const MAX_SLUG = 40
const MAX_TITLE = 200

/** `<automation> · <event title>`, as far as a title may go. */
export function titleOf({ automation, event }: RunContext): string {
  return `${automation.name} · ${event.title}`.slice(0, MAX_TITLE).toWellFormed()
}

/** `proliferate/<automation>-<8 of the random end of the run's id>`: readable, and no two runs share one. */
export function branchOf(run: { id: string }, automation: { name: string }): string {
  const slug = automation.name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG)
    .replace(/^-+|-+$/g, '')
  return `proliferate/${slug || 'automation'}-${run.id.slice(-12).slice(0, 8)}`
}

/** What the session's object of a run is told. */
export function openingOf(
  run: RunRow,
  context: RunContext,
  chosen: { sessionId: string; configurationId: string; modelId: string },
): SessionOpening {
  return {
    ...chosen,
    organizationId: run.organizationId,
    sessionType: 'coding',
    clientType: 'automation',
    title: titleOf(context),
    run: { runId: run.id, automationId: run.automationId, completionId: completionIdOf(run.id) },
    branch: branchOf(run, context.automation),
    instructions: '',
    traceId: run.traceId ?? traceIdOf(run.id),
    files: [{ path: TRIGGER_CONTEXT_PATH, content: triggerContextOf(run, context) }],
  }
}

function triggerContextOf(run: RunRow, { automation, event }: RunContext): string {
  const { provider, eventType, providerEventType, occurredAt, title, url, context } = event
  const told = {
    version: 1,
    runId: run.id,
    automation: { id: automation.id, name: automation.name },
    event: { provider, eventType, providerEventType, occurredAt: occurredAt.toISOString(), title, url, context },
    enrichment: run.enrichment,
  }
  return `${JSON.stringify(told, null, 2)}\n`
}
