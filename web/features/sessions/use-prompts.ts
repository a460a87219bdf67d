import { useState } from 'react'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { toastError } from '../../ui/toasts.tsx'
import type { SessionStream } from './session-stream.ts'

/** A prompt this page sent that does not stand in the conversation yet. */
export interface OutgoingPrompt {
  /** Also its Idempotency-Key: sent again, it is the same prompt. */
  key: string
  text: string
  /** Known once the API has stored it. */
  promptId: string | null
  /** The prompts that stood in the conversation when it was sent. */
  before: ReadonlySet<string>
}

/**
 * Sends prompts so that each reaches the agent once. `send` answers whether it was stored; when it was not, the text
 * stays with the person, and the same text sent again carries the same key.
 */
export function usePrompts(sessionId: string, stream: SessionStream) {
  const [sent, setSent] = useState<readonly OutgoingPrompt[]>([])
  const [failed, setFailed] = useState<{ text: string; key: string } | null>(null)
  const prompts = stream.view.items.filter((item) => item.kind === 'prompt')

  const send = async (text: string) => {
    const key = failed?.text === text ? failed.key : crypto.randomUUID()
    const before = new Set(prompts.map(({ promptId }) => promptId))
    setSent((others) => [...others, { key, text, promptId: null, before }])
    try {
      const input = { params: { sessionId }, body: { text }, idempotencyKey: key }
      const { promptId } = await call(endpoints.sessions.prompt, input)
      setSent((all) => all.map((prompt) => (prompt.key === key ? { ...prompt, promptId } : prompt)))
      setFailed(null)
      return true
    } catch (error) {
      setSent((all) => all.filter((prompt) => prompt.key !== key))
      setFailed({ text, key })
      toastError('The prompt was not sent', error)
      return false
    }
  }

  // The stream may tell of the prompt before its receipt arrives: then the text says which one it is.
  const isShown = (mine: OutgoingPrompt) =>
    prompts.some(({ promptId, text }) =>
      mine.promptId === null ? text === mine.text && !mine.before.has(promptId) : promptId === mine.promptId,
    )
  return { outgoing: sent.filter((prompt) => !isShown(prompt)), send }
}

/** Stops what the agent does now; the session stays usable. */
export function useCancel(sessionId: string) {
  const [canceling, setCanceling] = useState(false)
  const cancel = async () => {
    setCanceling(true)
    try {
      await call(endpoints.sessions.cancel, { params: { sessionId } })
    } catch (error) {
      toastError('The turn was not canceled', error)
    } finally {
      setCanceling(false)
    }
  }
  return { cancel, canceling }
}
