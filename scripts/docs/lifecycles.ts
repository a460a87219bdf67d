import { runLifecycle } from '../../domain/automations/run.lifecycle.ts'
import { promptLifecycle } from '../../domain/sessions/prompt.lifecycle.ts'
import { sessionLifecycle } from '../../domain/sessions/session.lifecycle.ts'
import { inboxLifecycle } from '../../domain/triggers/inbox/inbox.lifecycle.ts'

interface Drawable {
  transitions: Record<string, Record<string, string | undefined>>
}

/** One state diagram; edges that lead the same way are drawn once, with all their events. */
function diagram({ transitions }: Drawable): string {
  const lines = Object.entries(transitions).flatMap(([from, events]) => {
    const targets = Map.groupBy(Object.entries(events), ([, to]) => to)
    return [...targets].map(([to, edges]) => `  ${from} --> ${to ?? from}: ${edges.map(([event]) => event).join(', ')}`)
  })
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n')
}

/** The page of all lifecycles, made from the very data that guards the moves. */
export function lifecyclesPage(): string {
  const sections: [string, string, Drawable][] = [
    ['Run', 'One execution of an automation (`domain/automations`).', runLifecycle],
    ['Inbox row', 'A delivery on its way through the ledger (`domain/triggers`).', inboxLifecycle],
    ['Session', 'One agent in one sandbox after another (`domain/sessions`).', sessionLifecycle],
    ['Prompt', 'What a person or a run asks of the agent (`domain/sessions`).', promptLifecycle],
  ]
  const text = sections.map(([title, sentence, data]) => `## ${title}\n\n${sentence}\n\n${diagram(data)}\n`)
  return `# Lifecycles\n\nDrawn by \`npm run docs\` from the data that the code moves by; an edge that is not here is refused.\n\n${text.join('\n')}`
}
