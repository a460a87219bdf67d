import { completeRun } from '#domain/automations'
import { retryDelayMs } from '#domain/sessions'
import { MINUTE_MS } from '#kernel/durations'
import { AppError, describeError } from '#kernel/errors'
import type { Completion } from '#schema/contracts/runs'
import { PublishResult } from '#schema/contracts/sandbox-link'
import { AutomationCompleteParams } from '#schema/contracts/tools'
import { askDaemon } from '../commands.ts'
import { finishSoon } from '../finish.ts'
import type { LiveSession } from '../live-session.ts'
import { saveCheckpoint } from '../recovery.ts'
import { declined, type ToolCall, type ToolOutcome } from './handler.ts'

/** Commit and push of everything. */
const PUBLISH_MS = 2 * MINUTE_MS
/** Tries to store the completion while the database is away: 1 s, 2 s and 4 s apart. */
const STORE_TRIES = 4
const MAX_MESSAGE = 2_000

type Published = { ok: true; branch: string | null; commitSha: string | null } | { ok: false; error: string }

/**
 * Ends the run with what the agent hands in: pushes the work, stores the completion, answers, and lets go of the
 * sandbox a moment later. A push that fails is the agent's to put right. Safe to repeat: pushing the same twice changes
 * nothing, and the run takes one completion.
 */
export async function automationComplete(session: LiveSession, call: ToolCall): Promise<ToolOutcome> {
  const params = AutomationCompleteParams.parse(call.params)
  const { opening } = session
  const run = opening?.run
  if (!opening || !run || params.run_id !== run.runId) return declined('This is not the run of this session.')
  const published = await publishFor(session, params)
  if (!published.ok) {
    return declined(`The work could not be pushed, so the run is not complete. git said:\n${published.error}`)
  }
  const completion: Completion = {
    completionId: params.completion_id,
    outcome: params.outcome,
    summaryMarkdown: params.summary_markdown ?? null,
    citations: params.citations ?? [],
    branch: published.branch,
    commitSha: published.commitSha,
  }
  const { organizationId, sessionId } = opening
  const stored = await storeCompletion(session, { organizationId, runId: run.runId, sessionId, completion })
  if (stored !== null) return declined(stored)
  settle(session, completion)
  return {
    accepted: true,
    result: {
      success: true,
      result: `The run is complete (${params.outcome}). There is nothing more to do.`,
      data: { runId: run.runId, outcome: params.outcome },
    },
  }
}

/** A success must be pushed; for a person who takes over, what can be pushed helps, and a checkpoint keeps the rest. */
async function publishFor(session: LiveSession, params: AutomationCompleteParams): Promise<Published> {
  if (params.outcome === 'failed') return { ok: true, branch: null, commitSha: null }
  const published = await publish(session, params)
  if (params.outcome === 'succeeded') return published
  await saveCheckpoint(session)
  return published.ok ? published : { ok: true, branch: null, commitSha: null }
}

async function publish(session: LiveSession, params: AutomationCompleteParams): Promise<Published> {
  const branch = session.opening?.branch ?? ''
  const reply = await askDaemon(session, { kind: 'publish', branch, message: messageOf(session, params) }, PUBLISH_MS)
  const result = PublishResult.safeParse(reply.result)
  if (!reply.ok || !result.success) return { ok: false, error: reply.error ?? 'nothing' }
  const { branch: pushedTo, commitSha, pushed } = result.data
  return { ok: true, branch: pushed ? pushedTo : null, commitSha }
}

/** The commit says what the work was for; the summary, being Markdown for people, follows below. */
function messageOf(session: LiveSession, params: AutomationCompleteParams): string {
  const subject = (session.opening?.title ?? 'Work of an agent').split('\n', 1)[0]?.slice(0, 100) ?? ''
  const summary = params.summary_markdown?.trim() ?? ''
  return (summary === '' ? subject : `${subject}\n\n${summary}`).slice(0, MAX_MESSAGE)
}

/** Null when it is stored, else what the agent is told. */
async function storeCompletion(session: LiveSession, input: Parameters<typeof completeRun>[1]): Promise<string | null> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await completeRun(session.platform, input)
      return null
    } catch (error) {
      const isFinal = error instanceof AppError && !error.retryable
      if (isFinal) return `The completion was not accepted: ${describeError(error)}`
      session.platform.log.warn('session.completion_retry', { attempt, error: describeError(error) })
      if (attempt + 1 >= STORE_TRIES)
        return 'The completion could not be stored right now. Call automation_complete again.'
      await scheduler.wait(retryDelayMs(attempt))
    }
  }
}

function settle(session: LiveSession, { outcome, summaryMarkdown }: Completion): void {
  const runId = session.opening?.run?.runId ?? ''
  session.update({ outcome, summary: summaryMarkdown })
  session.emit([
    { type: 'run.completed', runId, outcome, summary: summaryMarkdown },
    { type: 'session.outcome', outcome, summary: summaryMarkdown },
  ])
  finishSoon(session, outcome === 'needs_human' ? 'pause' : 'stop')
}
