import { z } from 'zod'
import type { Conversation, ModelAnswer } from './pick-script.ts'
import { content, pieces, textOf } from './protocol.ts'
import type { Content, SseEvent } from './protocol.ts'

/** The parts of Anthropic's Messages API that an agent uses. Source: docs.anthropic.com/en/api/messages. */

const request = z.looseObject({
  model: z.string(),
  stream: z.boolean().nullish(),
  system: content,
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content })),
})

export type MessagesRequest = { model: string; stream: boolean; conversation: Conversation }

/** Throws a ZodError when the body is not a Messages request. */
export function readMessagesRequest(body: unknown): MessagesRequest {
  const { model, stream, system, messages } = request.parse(body)
  const systems = messages.filter(({ role }) => role === 'system').map((message) => textOf(message.content))
  return {
    model,
    stream: stream ?? false,
    conversation: {
      system: [textOf(system), ...systems].join('\n'),
      turns: messages.flatMap(({ role, content }) =>
        role === 'system' || (role === 'user' && isToolResultsOnly(content)) ? [] : [{ role, text: textOf(content) }],
      ),
    },
  }
}

/** Tool results come in messages of the role "user"; with a text beside them the user has spoken too. */
function isToolResultsOnly(value: Content): boolean {
  if (!Array.isArray(value)) return false
  return value.some(({ type }) => type === 'tool_result') && !value.some(({ type }) => type === 'text')
}

type Block = { type: 'text'; text: string } | { type: 'tool_use'; id: string; name: string; input: unknown }

export function anthropicMessage({ model }: MessagesRequest, answer: ModelAnswer) {
  return {
    id: `msg_${answer.id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: blocksOf(answer),
    stop_reason: answer.tools.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 100, output_tokens: outputTokens(answer) },
  }
}

export function* anthropicEvents(request: MessagesRequest, answer: ModelAnswer): Generator<SseEvent> {
  const whole = anthropicMessage(request, answer)
  const started = { ...whole, content: [], stop_reason: null, usage: { input_tokens: 100, output_tokens: 1 } }
  yield event('message_start', { message: started })
  for (const [index, block] of whole.content.entries()) yield* blockEvents(index, block, answer.slowMs)
  const delta = { stop_reason: whole.stop_reason, stop_sequence: null }
  yield event('message_delta', { delta, usage: { output_tokens: outputTokens(answer) } })
  yield event('message_stop', {})
}

export function anthropicError(message: string): object {
  return { type: 'error', error: { type: 'invalid_request_error', message } }
}

function* blockEvents(index: number, block: Block, slowMs: number): Generator<SseEvent> {
  if (block.type === 'text') {
    yield event('content_block_start', { index, content_block: { type: 'text', text: '' } })
    for (const text of pieces(block.text)) {
      yield { ...event('content_block_delta', { index, delta: { type: 'text_delta', text } }), pauseMs: slowMs }
    }
  } else {
    yield event('content_block_start', { index, content_block: { ...block, input: {} } })
    for (const partial_json of pieces(JSON.stringify(block.input))) {
      yield event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json } })
    }
  }
  yield event('content_block_stop', { index })
}

function event(type: string, fields: object): SseEvent {
  return { event: type, data: JSON.stringify({ type, ...fields }) }
}

function blocksOf(answer: ModelAnswer): Block[] {
  const text: Block[] = answer.text ? [{ type: 'text', text: answer.text }] : []
  return [...text, ...answer.tools.map(toolUse)]
}

function toolUse({ id, name, args }: ModelAnswer['tools'][number]): Block {
  return { type: 'tool_use', id: `toolu_${id}`, name, input: args }
}

/** Invented, but stable and of a sensible size. */
function outputTokens(answer: ModelAnswer): number {
  return Math.ceil((answer.text.length + JSON.stringify(answer.tools).length) / 4)
}
