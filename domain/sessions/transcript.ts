import type { SessionEventBody } from '#schema/contracts/session-events'

export const TRANSCRIPT_PATH = '.proliferate/transcript.md'
/** The end of a longer conversation is kept: it says what was being done. */
const MAX_CHARACTERS = 200_000

function linesOf(event: SessionEventBody): string[] {
  switch (event.type) {
    case 'prompt.queued':
      return [`## ${event.author}`, '', event.text, '']
    case 'text.completed':
      return ['## Agent', '', event.text, '']
    case 'tool.started':
      return [`- used \`${event.tool}\`${event.title ? `: ${event.title}` : ''}`]
    case 'tool.finished':
      return event.status === 'error' ? [`- \`${event.tool}\` failed`] : []
    case 'branch.pushed':
      return ['', `Pushed \`${event.branch}\` of ${event.repository} at ${event.commitSha}.`, '']
    case 'prompt.finished':
      return event.outcome === 'finished'
        ? []
        : ['', `The turn ended: ${event.outcome}. ${event.error ?? ''}`.trim(), '']
    default:
      return []
  }
}

/**
 * What was said and done in a session so far, as Markdown for the agent of a later sandbox; null when that is nothing.
 */
export function transcriptOf(events: Iterable<SessionEventBody>): string | null {
  const lines: string[] = []
  for (const event of events) lines.push(...linesOf(event))
  if (lines.length === 0) return null
  const text = lines.join('\n')
  const kept = text.length > MAX_CHARACTERS ? `… (the beginning is left out)\n${text.slice(-MAX_CHARACTERS)}` : text
  return `# What happened in this session before\n\n${kept}\n`
}
