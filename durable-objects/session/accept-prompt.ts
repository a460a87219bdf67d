import {
  type Answer,
  MAX_UNFINISHED_PROMPTS,
  SessionEnded,
  SessionNotFound,
  type SessionPrompt,
  TooManyPrompts,
} from '#domain/sessions'
import type { PromptReceipt } from '#schema/contracts/sessions'
import { accepted, refused } from './answers.ts'
import { dispatchNext } from './dispatch.ts'
import type { LiveSession } from './live-session.ts'
import { armDispatch } from './prompt-states.ts'
import { findPromptByKey, insertPrompt, unfinishedPrompts } from './prompts.store.ts'
import { wake } from './wake.ts'

/**
 * Stores a prompt and sees to its delivery, without waiting for any of it (lesson b6). The same key again gives the
 * same prompt, also after the session has ended.
 */
export function acceptPrompt(session: LiveSession, prompt: SessionPrompt): Answer<PromptReceipt> {
  if (!session.opening) return refused(SessionNotFound)
  const known = findPromptByKey(session.sql, prompt.idempotencyKey)
  if (known) return accepted({ promptId: known.id, state: known.state, duplicate: true })
  if (session.facts.final || session.facts.finishing === 'stop') return refused(SessionEnded)
  if (unfinishedPrompts(session.sql).length >= MAX_UNFINISHED_PROMPTS) return refused(TooManyPrompts)
  const { text, author } = prompt
  const promptId = session.platform.ids.next()
  insertPrompt(session.sql, { id: promptId, idempotencyKey: prompt.idempotencyKey, text, author, now: session.now() })
  session.emit([{ type: 'prompt.queued', promptId, text, author }])
  session.touch()
  armDispatch(session)
  const { status } = session.facts
  if (status === 'running') dispatchNext(session)
  else if (status !== 'starting') wake(session)
  return accepted({ promptId, state: 'queued', duplicate: false })
}
