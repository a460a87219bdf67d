import type { Message } from './opencode-schema.ts'

export type TurnState =
  | { state: 'finished' }
  | { state: 'failed'; error: string }
  | { state: 'aborted' }
  /** OpenCode is idle, but its messages do not say that the turn is over (yet); `answered` when there is any answer. */
  | { state: 'unclear'; answered: boolean }

/**
 * What became of the prompt with this message id, read from an idle session's messages. "Idle" alone does not say it:
 * it may be told twice, before the prompt was taken up, and before the last tool's end is written.
 */
export function readTurn(messages: Message[], messageId: string): TurnState {
  const asked = messages.findIndex(({ info }) => info.id === messageId)
  if (asked < 0) return { state: 'unclear', answered: false }
  const last = messages.slice(asked + 1).findLast(({ info }) => info.role === 'assistant')
  if (!last) return { state: 'unclear', answered: false }
  const hasOpenTool = last.parts.some(({ state }) => state?.status === 'running' || state?.status === 'pending')
  const { error, finish, time } = last.info
  if (hasOpenTool || (time.completed === undefined && !error)) return { state: 'unclear', answered: true }
  if (error?.name === 'MessageAbortedError') return { state: 'aborted' }
  if (error) return { state: 'failed', error: error.data?.message ?? error.name }
  return finish === 'tool-calls' ? { state: 'unclear', answered: true } : { state: 'finished' }
}
