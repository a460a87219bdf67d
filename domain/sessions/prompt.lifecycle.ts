import { lifecycle } from '#kernel/lifecycle'
import type { PromptState } from '#schema/contracts/sessions'

/** What can happen to a prompt; `requeue` sends it again to the sandbox that replaces a lost one. */
export type PromptChange = 'dispatch' | 'start' | 'finish' | 'fail' | 'cancel' | 'requeue'

/** The states of a prompt. At most one prompt of a session is dispatched or running. */
export const promptLifecycle = lifecycle<PromptState, PromptChange>({
  queued: { dispatch: 'dispatched', fail: 'failed', cancel: 'canceled' },
  dispatched: { start: 'running', finish: 'finished', fail: 'failed', cancel: 'canceled', requeue: 'queued' },
  running: { finish: 'finished', fail: 'failed', cancel: 'canceled', requeue: 'queued' },
  finished: {},
  failed: {},
  canceled: {},
})

/** A session takes no more prompts than this that have not ended (lesson b6: an unbounded queue hides a dead agent). */
export const MAX_UNFINISHED_PROMPTS = 20
