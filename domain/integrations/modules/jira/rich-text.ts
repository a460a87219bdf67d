import { z } from 'zod'

const MAX_DEPTH = 30
const BLOCKS = new Set(['paragraph', 'heading', 'codeBlock', 'listItem', 'blockquote', 'tableRow', 'rule'])

const Node = z.object({
  type: z.string(),
  text: z.string().optional().catch(undefined),
  content: z.array(z.unknown()).optional().catch(undefined),
})

/** The words of a description or a comment: webhooks write them as text, the API as a document of nested nodes. */
export function plainText(given: unknown): string | undefined {
  if (typeof given === 'string') return given
  const text = wordsOf(given, 0).trim()
  return text === '' ? undefined : text
}

function wordsOf(given: unknown, depth: number): string {
  const { data: node } = Node.safeParse(given)
  if (!node || depth > MAX_DEPTH) return ''
  if (node.type === 'hardBreak') return '\n'
  const inner = (node.content ?? []).map((child) => wordsOf(child, depth + 1)).join('')
  const words = `${node.text ?? ''}${inner}`
  return BLOCKS.has(node.type) ? `${words.trimEnd()}\n` : words
}
