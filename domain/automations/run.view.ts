import { Completion, FailureStage, type Run, RunEvent, RunStatus } from '#schema/contracts/runs'
import type { selectRunEvents, ShownRun } from './runs.store.ts'

type RunEventRow = NonNullable<Awaited<ReturnType<typeof selectRunEvents>>>[number]

const iso = (at: Date | null) => at?.toISOString() ?? null

/** A run as the API shows it. */
export function viewRun({ run, ...shown }: ShownRun): Run {
  return {
    id: run.id,
    automationId: run.automationId,
    automationName: shown.automationName,
    createdBy: shown.createdBy,
    triggerEventId: run.triggerEventId,
    eventTitle: shown.eventTitle,
    eventUrl: shown.eventUrl,
    status: RunStatus.parse(run.status),
    statusReason: run.statusReason,
    failureStage: FailureStage.nullable().parse(run.failureStage),
    errorMessage: run.errorMessage,
    sessionId: run.sessionId,
    deliveryId: shown.deliveryId,
    queuedAt: run.queuedAt.toISOString(),
    enrichmentStartedAt: iso(run.enrichmentStartedAt),
    enrichmentCompletedAt: iso(run.enrichmentCompletedAt),
    executionStartedAt: iso(run.executionStartedAt),
    promptSentAt: iso(run.promptSentAt),
    completedAt: iso(run.completedAt),
    deadlineAt: run.deadlineAt.toISOString(),
    completion: Completion.nullable().parse(run.completionJson),
  }
}

/** One line of a run's timeline as the API shows it. */
export function viewRunEvent(event: RunEventRow): RunEvent {
  const { id, type, fromStatus, toStatus, data } = event
  return RunEvent.parse({ id, type, fromStatus, toStatus, data, createdAt: event.createdAt.toISOString() })
}
