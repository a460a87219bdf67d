import { Session } from '#schema/contracts/sessions'
import type { SessionRow } from './sessions.store.ts'

const iso = (instant: Date | null) => instant?.toISOString() ?? null

/** The one place where a row becomes what the API shows. */
export function sessionView(row: SessionRow): Session {
  return Session.parse({
    id: row.id,
    title: row.title,
    status: row.status,
    statusReason: row.statusReason,
    outcome: row.outcome,
    summary: row.summary,
    sessionType: row.sessionType,
    clientType: row.clientType,
    configurationId: row.configurationId,
    repositoryName: row.repositoryName,
    automationId: row.automationId,
    runId: row.runId,
    branch: row.branchName,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: iso(row.startedAt),
    lastActivityAt: iso(row.lastActivityAt),
    endedAt: iso(row.endedAt),
  })
}
