import type { SandboxEvent } from '#schema/contracts/session-events'
import { cutDeep, cutEnd, cutStart } from '../text.ts'
import type { HarnessEvent, Message, MessageInfo, Part } from './opencode-schema.ts'

export interface LiveText {
  append(part: { messageId: string; partId: string; kind: 'text' | 'reasoning' }, text: string): void
  close(partId: string): void
}

interface OpenText {
  messageId: string
  kind: 'text' | 'reasoning'
  text: string
  /** False after something may have been missed: what follows cannot be put at its place. */
  isWhole: boolean
}

interface OpenTool {
  toolCallId: string
  tool: string
  title: string | null
  startedAt: number
}

const MAX_TEXT = 256 * 1024
const MAX_OUTPUT = 32 * 1024
const MAX_INPUT_TEXT = 8 * 1024
const MAX_TODOS = 200

/**
 * Turns what OpenCode says of one of its sessions into the platform's events, each once, however often and in
 * whatever order it is told: parts are known by their id, so reading all messages again after a lost connection adds
 * only what was missed.
 */
export class Translator {
  readonly #record: (event: SandboxEvent) => void
  readonly #live: LiveText
  #sessionId = ''
  readonly #assistants = new Set<string>()
  readonly #texts = new Map<string, OpenText>()
  readonly #tools = new Map<string, OpenTool>()
  /** Final text of each finished part. */
  readonly #finishedTexts = new Map<string, string>()
  readonly #finishedTools = new Set<string>()
  #retry = 0

  constructor(needs: { record: (event: SandboxEvent) => void; live: LiveText }) {
    this.#record = needs.record
    this.#live = needs.live
  }

  /** Only this OpenCode session is the platform's; those of sub-agents are not shown. */
  follow(sessionId: string): void {
    this.#sessionId = sessionId
  }

  take(event: HarnessEvent): void {
    if (event.properties.sessionID !== this.#sessionId) return
    if (event.type === 'message.updated') this.#takeInfo(event.properties.info)
    else if (event.type === 'message.part.updated') this.#takePart(event.properties.part)
    else if (event.type === 'message.part.delta') this.#takeDelta(event.properties)
    else if (event.type === 'session.status') this.#takeStatus(event.properties.status)
    else if (event.type === 'todo.updated') this.#takeTodos(event.properties.todos)
  }

  takeMessages(messages: Message[]): void {
    for (const { info, parts } of messages) {
      this.#takeInfo(info)
      for (const part of parts) this.#takePart(part)
    }
  }

  /** The event stream was cut: text that is open may lack a piece, so it is not shown live any more. */
  markGap(): void {
    for (const [partId, open] of this.#texts) {
      open.isWhole = false
      this.#live.close(partId)
    }
  }

  /** Ends what is still open, because the turn is over or the harness is gone. */
  closeOpen(reason: string): void {
    for (const partId of [...this.#texts.keys()]) this.#closeText(partId)
    for (const [partId, open] of [...this.#tools]) {
      this.#finishTool(partId, open, {
        status: 'error',
        output: reason,
        title: open.title,
        durationMs: Date.now() - open.startedAt,
      })
    }
  }

  #takeInfo(info: MessageInfo): void {
    if (info.role === 'assistant') this.#assistants.add(info.id)
  }

  #takePart(part: Part): void {
    if (!this.#assistants.has(part.messageID)) return
    if (part.type === 'text' || part.type === 'reasoning') this.#takeText(part, part.type)
    else if (part.type === 'tool') this.#takeTool(part)
  }

  #takeText(part: Part, kind: 'text' | 'reasoning'): void {
    const text = part.text ?? ''
    if (part.time?.end !== undefined) return this.#finishText(part.id, { messageId: part.messageID, kind, text })
    if (this.#finishedTexts.has(part.id) || this.#texts.has(part.id)) return
    this.#texts.set(part.id, { messageId: part.messageID, kind, text, isWhole: true })
    if (text !== '') this.#live.append({ messageId: part.messageID, partId: part.id, kind }, text)
  }

  #takeDelta(delta: { messageID: string; partID: string; field: string; delta: string }): void {
    const open = this.#texts.get(delta.partID)
    if (!open?.isWhole || delta.field !== 'text') return
    open.text += delta.delta
    this.#live.append({ messageId: open.messageId, partId: delta.partID, kind: open.kind }, delta.delta)
  }

  #closeText(partId: string): void {
    const open = this.#texts.get(partId)
    if (!open) return
    // What has a gap waits for OpenCode's own final text, unless there is nobody left to send it.
    this.#finishText(partId, { messageId: open.messageId, kind: open.kind, text: open.text.trimEnd() })
  }

  /**
   * Told again with another text (an answer that went on after a tool call began), the part is told again as a whole.
   */
  #finishText(partId: string, part: { messageId: string; kind: 'text' | 'reasoning'; text: string }): void {
    this.#texts.delete(partId)
    this.#live.close(partId)
    const text = cutEnd(part.text, MAX_TEXT)
    if (text.trim() === '' || this.#finishedTexts.get(partId) === text) return
    this.#finishedTexts.set(partId, text)
    const type = part.kind === 'text' ? 'text.completed' : 'reasoning.completed'
    this.#record({ type, messageId: part.messageId, partId, text })
  }

  #takeTool(part: Part): void {
    const { state } = part
    if (!state || state.status === 'pending' || this.#finishedTools.has(part.id)) return
    const open = this.#tools.get(part.id) ?? this.#startTool(part, state)
    if (state.status !== 'completed' && state.status !== 'error') return
    this.#finishTool(part.id, open, {
      status: state.status,
      output: (state.status === 'error' ? state.error : state.output) ?? '',
      title: state.title ?? open.title,
      durationMs: durationOf(state.time),
    })
  }

  #startTool(part: Part, state: NonNullable<Part['state']>): OpenTool {
    this.#closeTextsOf(part.messageID)
    const { id: partId, messageID: messageId, sessionID, callID = partId, tool = 'unknown' } = part
    const toolCallId = `${sessionID}/${messageId}/${callID}`
    const title = state.title ?? null
    const open = { toolCallId, tool, title, startedAt: state.time?.start ?? Date.now() }
    this.#tools.set(partId, open)
    const input = cutDeep(state.input, MAX_INPUT_TEXT) as Record<string, unknown>
    this.#record({ type: 'tool.started', messageId, partId, toolCallId, tool, title, input })
    return open
  }

  /**
   * OpenCode ends a text only after the tools that follow it have begun; a reader wants what was said before them
   * first.
   */
  #closeTextsOf(messageId: string): void {
    for (const [partId, open] of [...this.#texts]) {
      if (open.messageId === messageId && open.isWhole) this.#closeText(partId)
    }
  }

  #finishTool(
    partId: string,
    open: OpenTool,
    end: { status: 'completed' | 'error'; output: string; title: string | null; durationMs: number | null },
  ): void {
    this.#tools.delete(partId)
    this.#finishedTools.add(partId)
    const { toolCallId, tool } = open
    this.#record({ type: 'tool.finished', toolCallId, tool, ...end, output: cutStart(end.output, MAX_OUTPUT) })
  }

  #takeStatus(status: { type: string; attempt?: number | undefined; message?: string | undefined }): void {
    if (status.type === 'idle') this.#retry = 0
    if (status.type !== 'retry' || status.attempt === undefined || status.attempt === this.#retry) return
    this.#retry = status.attempt
    this.#record({ type: 'agent.retrying', attempt: status.attempt, message: cutEnd(status.message ?? '', 2_000) })
  }

  #takeTodos(todos: { content: string; status: string }[]): void {
    const items = todos.slice(0, MAX_TODOS).map(({ content, status }) => ({ content, status }))
    this.#record({ type: 'todo.updated', items })
  }
}

function durationOf(time: { start?: number | undefined; end?: number | undefined } = {}): number | null {
  return time.start === undefined || time.end === undefined ? null : Math.max(0, Math.round(time.end - time.start))
}
