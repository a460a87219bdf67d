import type { DiffFile, SessionEvent, SessionEventBody } from '#schema/contracts/session-events'
import type { SessionStatus } from '#schema/contracts/sessions'
import { applyBootStage } from './boot-steps.ts'
import type { ConversationItem, OutcomeItem, PromptItem, ToolItem } from './conversation-item.ts'

type Body<Type extends SessionEventBody['type']> = Extract<SessionEventBody, { type: Type }>

/** Everything a session's page shows that follows from the stored events alone. */
export interface SessionView {
  items: ConversationItem[]
  /** `unknown` until the events held say whether a turn runs: the older ones may not be loaded. */
  turn: 'unknown' | 'working' | 'idle'
  diff: { files: DiffFile[]; patch: string; truncated: boolean } | null
  branch: string | null
  checkpointAt: string | null
  plan: { content: string; status: string }[]
  sandboxLink: 'connected' | 'lost'
}

export const EMPTY_VIEW: SessionView = {
  items: [],
  turn: 'unknown',
  diff: null,
  branch: null,
  checkpointAt: null,
  plan: [],
  sandboxLink: 'connected',
}

/** Folds further events, in order, into a view. The given view stays as it is. */
export function applyEvents(view: SessionView, events: readonly SessionEvent[]): SessionView {
  if (events.length === 0) return view
  const draft = { ...view, items: view.items.slice() }
  for (const event of events) applyEvent(draft, event)
  return draft
}

function applyEvent(view: SessionView, { seq, at, event }: SessionEvent): void {
  const key = `event-${seq}`
  switch (event.type) {
    case 'boot.stage':
      applyBootStage(view.items, event, at)
      return
    case 'prompt.queued': {
      const { promptId, text, author } = event
      view.items.push({ kind: 'prompt', key: promptId, promptId, text, author, state: 'queued', error: null, at })
      return
    }
    case 'prompt.started':
      return movePrompt(view, event.promptId, 'running', null)
    case 'prompt.finished':
      return movePrompt(view, event.promptId, event.outcome, event.error)
    case 'prompt.changed':
      return movePrompt(view, event.promptId, event.state, event.error)
    case 'text.completed':
    case 'reasoning.completed':
    case 'tool.started':
    case 'tool.finished':
      if (view.turn === 'unknown') view.turn = 'working'
      return applyAgentPart(view, event, at)
    case 'todo.updated':
      view.plan = event.items
      return
    case 'diff.updated':
      view.diff = { files: event.files, patch: event.patch, truncated: event.truncated }
      return
    case 'branch.pushed': {
      const { repository, branch, commitSha } = event
      view.branch = branch
      view.items.push({ kind: 'branch', key, repository, branch, commitSha })
      return
    }
    case 'checkpoint.saved':
      view.checkpointAt = at
      return
    case 'link.changed':
      view.sandboxLink = event.state
      return
    case 'session.status':
      return applyStatus(view, event, { key, at })
    case 'run.completed':
      return applyOutcome(view, { key, runId: event.runId, outcome: event.outcome, summary: event.summary })
    case 'session.outcome':
      return applyOutcome(view, { key, runId: null, outcome: event.outcome, summary: event.summary })
    case 'env.requested':
      view.items.push({ kind: 'variables', key, variables: event.keys.map(variableOf) })
      return
    case 'agent.retrying':
    case 'agent.error':
    case 'agent.restarted':
    case 'session.error':
      view.items.push({ kind: 'note', key, at, ...noteOf(event) })
      return
    default:
      event satisfies never
  }
}

function movePrompt(view: SessionView, promptId: string, state: PromptItem['state'], error: string | null): void {
  if (state !== 'queued') view.turn = state === 'dispatched' || state === 'running' ? 'working' : 'idle'
  const at = view.items.findLastIndex((item) => item.kind === 'prompt' && item.promptId === promptId)
  const item = view.items[at]
  if (item?.kind !== 'prompt') return
  view.items[at] = { ...item, state, error: error ?? item.error }
}

type AgentPart = Body<'text.completed' | 'reasoning.completed' | 'tool.started' | 'tool.finished'>

function applyAgentPart(view: SessionView, event: AgentPart, at: string): void {
  if (event.type === 'tool.started') return startTool(view, event, at)
  if (event.type === 'tool.finished') return finishTool(view, event, at)
  const kind = event.type === 'text.completed' ? 'text' : 'reasoning'
  put(view.items, { kind, key: event.partId, text: event.text, streaming: false })
}

function startTool(view: SessionView, event: Body<'tool.started'>, at: string): void {
  const { toolCallId: key, tool, title, input } = event
  const known = findTool(view, key)
  if (known && known.state !== 'running') return
  const startedAt = known?.startedAt ?? at
  const running = { state: 'running', output: null, startedAt, durationMs: null } as const
  put(view.items, { kind: 'tool', key, tool, title, input, ...running })
}

function finishTool(view: SessionView, event: Body<'tool.finished'>, at: string): void {
  const { toolCallId: key, tool, status: state, output } = event
  const { startedAt = null, title = null, input = {} } = findTool(view, key) ?? {}
  const durationMs = event.durationMs ?? (startedAt === null ? null : Date.parse(at) - Date.parse(startedAt))
  put(view.items, { kind: 'tool', key, tool, title: event.title ?? title, input, state, output, startedAt, durationMs })
}

function findTool(view: SessionView, key: string): ToolItem | undefined {
  const item = view.items.findLast((candidate) => candidate.kind === 'tool' && candidate.key === key)
  return item?.kind === 'tool' ? item : undefined
}

/** Replaces the item of that key where it stands, or appends it. */
function put(items: ConversationItem[], item: ConversationItem): void {
  const at = items.findLastIndex((candidate) => candidate.kind === item.kind && candidate.key === item.key)
  if (at === -1) items.push(item)
  else items[at] = item
}

const STATUS_TITLES: Partial<Record<SessionStatus, string>> = {
  paused: 'Session paused',
  stopped: 'Session ended',
  failed: 'Session failed',
}

function applyStatus(view: SessionView, event: Body<'session.status'>, place: { key: string; at: string }): void {
  const title = STATUS_TITLES[event.status]
  if (title === undefined) return
  view.turn = 'idle'
  view.sandboxLink = 'connected'
  const tone = event.status === 'failed' ? 'error' : 'plain'
  view.items.push({ kind: 'note', ...place, tone, title, detail: event.reason })
}

/** A run's completion ends its session too and both are told: one turn shows one outcome. */
function applyOutcome(view: SessionView, told: Omit<OutcomeItem, 'kind'>): void {
  const at = view.items.findLastIndex((item) => item.kind === 'outcome' || item.kind === 'prompt')
  const earlier = view.items[at]
  if (earlier?.kind !== 'outcome') {
    view.items.push({ kind: 'outcome', ...told })
    return
  }
  const runId = told.runId ?? earlier.runId
  view.items[at] = { ...earlier, runId, outcome: told.outcome, summary: told.summary ?? earlier.summary }
}

function variableOf(key: Body<'env.requested'>['keys'][number]) {
  return { name: key.key, description: key.description ?? null, secret: key.type === 'secret' }
}

type Trouble = Body<'agent.retrying' | 'agent.error' | 'agent.restarted' | 'session.error'>

function noteOf(event: Trouble): { tone: 'plain' | 'error'; title: string; detail: string | null } {
  switch (event.type) {
    case 'agent.retrying':
      return { tone: 'plain', title: `Asking the model again (attempt ${event.attempt})`, detail: event.message }
    case 'agent.restarted':
      return { tone: 'plain', title: 'The agent was restarted', detail: event.reason }
    case 'agent.error':
      return { tone: 'error', title: 'The agent reported an error', detail: event.message }
    case 'session.error':
      return { tone: 'error', title: event.message, detail: event.code }
  }
}
