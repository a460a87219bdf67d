import type { SandboxEvent } from '#schema/contracts/session-events'

/**
 * A stored event is at most this long as JSON: rows of the object's database end at 2 MB, and frames must stay
 * sendable.
 */
export const MAX_EVENT_CHARACTERS = 512 * 1024
const KEEP_CHARACTERS = 200 * 1024

/**
 * Makes an event fit for the log. An agent that writes a huge file in one tool call must not make its session
 * unreadable, and an event that cannot be stored would be sent again for ever.
 */
export function fitEvent(event: SandboxEvent): SandboxEvent {
  if (JSON.stringify(event).length <= MAX_EVENT_CHARACTERS) return event
  switch (event.type) {
    case 'text.completed':
    case 'reasoning.completed':
      return { ...event, text: `${event.text.slice(0, KEEP_CHARACTERS)}\n… (cut)` }
    case 'tool.started':
      return { ...event, input: { cut: true, start: JSON.stringify(event.input).slice(0, KEEP_CHARACTERS) } }
    case 'tool.finished':
      return { ...event, output: `(cut) …\n${event.output.slice(-KEEP_CHARACTERS)}` }
    case 'diff.updated':
      return { ...event, patch: event.patch.slice(0, KEEP_CHARACTERS), truncated: true }
    default:
      return { type: 'agent.error', message: `An event "${event.type}" was too large to keep` }
  }
}
