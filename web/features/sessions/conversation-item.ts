import type { BootStage } from '#schema/contracts/session-events'
import type { PromptState, SessionOutcome } from '#schema/contracts/sessions'

export interface PromptItem {
  kind: 'prompt'
  key: string
  promptId: string
  text: string
  author: string
  state: PromptState
  error: string | null
  at: string
}

export interface TextItem {
  kind: 'text' | 'reasoning'
  key: string
  text: string
  /** True while the agent is still writing it. */
  streaming: boolean
}

export interface ToolItem {
  kind: 'tool'
  key: string
  tool: string
  title: string | null
  input: Record<string, unknown>
  state: 'running' | 'completed' | 'error'
  output: string | null
  startedAt: string | null
  durationMs: number | null
}

export interface BootStep {
  stage: BootStage
  state: 'waiting' | 'running' | 'finished' | 'failed'
  detail: string | null
  startedAt: string | null
  durationMs: number | null
}

export interface BootItem {
  kind: 'boot'
  key: string
  generation: number
  /** All stages in order, also those that have not begun. */
  steps: BootStep[]
  startedAt: string
}

export interface NoteItem {
  kind: 'note'
  key: string
  tone: 'plain' | 'error'
  title: string
  detail: string | null
  at: string
}

export interface BranchItem {
  kind: 'branch'
  key: string
  repository: string
  branch: string
  commitSha: string
}

export interface OutcomeItem {
  kind: 'outcome'
  key: string
  runId: string | null
  outcome: SessionOutcome
  summary: string | null
}

export interface VariablesItem {
  kind: 'variables'
  key: string
  variables: { name: string; description: string | null; secret: boolean }[]
}

/** What a conversation is made of, in the order it happened. */
export type ConversationItem =
  | PromptItem
  | TextItem
  | ToolItem
  | BootItem
  | NoteItem
  | BranchItem
  | OutcomeItem
  | VariablesItem
