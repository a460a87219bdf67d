import { createHash } from 'node:crypto'
import { DEFAULT_SCRIPT } from './script-file.ts'
import type { Script, ScriptStep } from './script-file.ts'

/** What a request says, freed of its protocol. Tool results are left out: they are no turn of anybody. */
export type Conversation = {
  system: string
  turns: { role: 'user' | 'assistant'; text: string }[]
}

export type ModelAnswer = {
  text: string
  slowMs: number
  /** `id` is a bare hash; a protocol puts its own prefix before it. */
  tools: { id: string; name: string; args: unknown }[]
  /** A bare hash for the answer as a whole. */
  id: string
}

const MARKER = /\[\[script:([\w-]+)\]\]/g
const SESSION_TITLE = 'Scripted session'

/**
 * The answer to a conversation. Nothing is remembered between requests, everything follows from the conversation,
 * so a repeated request gets the same answer with the same tool call ids.
 *
 * The script: the one named by the last `[[script:name]]` in the last user text; else the first whose `when`
 * matches that text; else `default`. The step: how many answers were given since that text, the last step for all
 * beyond.
 */
export function answerConversation(scripts: Script[], conversation: Conversation): ModelAnswer {
  // OpenCode asks for a title of the session with a system prompt of its own.
  if (/title generator/i.test(conversation.system)) return plainText('title', SESSION_TITLE)
  const { turns } = conversation
  const last = turns.findLastIndex(({ role }) => role === 'user')
  const userText = turns[last]?.text ?? ''
  const marked = [...userText.matchAll(MARKER)].at(-1)?.[1]
  const script = pickScript(scripts, { userText, marked })
  if (!script) {
    const known = scripts.map(({ name }) => name).join(', ')
    return plainText('unknown', `There is no script "${marked}". The scripts are: ${known}.`)
  }
  const answered = turns.slice(last + 1).length
  const index = Math.min(answered, script.steps.length - 1)
  const userTurn = turns.filter(({ role }) => role === 'user').length
  const step = script.steps[index] as ScriptStep
  return fill(step, conversation, `${script.name}/${userTurn}/${index}`)
}

function pickScript(scripts: Script[], asked: { userText: string; marked: string | undefined }): Script | undefined {
  if (asked.marked) return scripts.find(({ name }) => name === asked.marked)
  return (
    scripts.find(({ when }) => when !== undefined && new RegExp(when, 'i').test(asked.userText)) ??
    scripts.find(({ name }) => name === DEFAULT_SCRIPT)
  )
}

function plainText(place: string, text: string): ModelAnswer {
  return { text, slowMs: 0, tools: [], id: hash(place) }
}

function fill(step: ScriptStep, conversation: Conversation, place: string): ModelAnswer {
  const texts = [
    ...conversation.turns.filter(({ role }) => role === 'user').map(({ text }) => text).reverse(),
    conversation.system,
  ]
  return {
    text: fillText(step.text ?? '', texts),
    slowMs: step.slowMs,
    tools: step.tools.map(({ name, args }, index) => {
      return { id: hash(`${place}/${index}`), name, args: fillValue(args, texts) }
    }),
    id: hash(place),
  }
}

function fillValue(value: unknown, texts: string[]): unknown {
  if (typeof value === 'string') return fillText(value, texts)
  if (Array.isArray(value)) return value.map((item) => fillValue(item, texts))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, texts)]))
}

/**
 * Replaces `{{run_id}}` by what follows `run_id:` in the texts, the newest user text first; by nothing when it is
 * nowhere.
 */
function fillText(text: string, texts: string[]): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const pattern = new RegExp(`(?<!\\w)${name}:\\s*(\\S+)`)
    for (const place of texts) {
      const found = pattern.exec(place)?.[1]
      if (found) return unquote(found)
    }
    return ''
  })
}

/** Prompts are prose: the value may stand in backticks or quotes, or end a sentence. */
function unquote(value: string): string {
  return value.replace(/^["'`]+/, '').replace(/["'`,;.)]+$/, '')
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
