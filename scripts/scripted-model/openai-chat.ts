import { z } from 'zod'
import type { Conversation, ModelAnswer } from './pick-script.ts'
import { content, pieces, textOf } from './protocol.ts'
import type { SseEvent } from './protocol.ts'

/** The parts of OpenAI's chat completions that an agent uses. Source: platform.openai.com/docs/api-reference/chat. */

const request = z.looseObject({
  model: z.string(),
  stream: z.boolean().nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content })),
})

export type ChatRequest = { model: string; stream: boolean; conversation: Conversation }

/** Throws a ZodError when the body is not a chat completion request. */
export function readChatRequest(body: unknown): ChatRequest {
  const { model, stream, messages } = request.parse(body)
  const isSystem = (role: string) => role === 'system' || role === 'developer'
  return {
    model,
    stream: stream ?? false,
    conversation: {
      system: messages.filter(({ role }) => isSystem(role)).map((message) => textOf(message.content)).join('\n'),
      turns: messages.flatMap((message) =>
        message.role === 'user' || message.role === 'assistant'
          ? [{ role: message.role, text: textOf(message.content) }]
          : [],
      ),
    },
  }
}

export function chatCompletion({ model }: ChatRequest, answer: ModelAnswer): object {
  const toolCalls = answer.tools.map(toolCall)
  const message = {
    role: 'assistant',
    content: answer.text || null,
    ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
  }
  const choice = { index: 0, message, finish_reason: finishReason(answer) }
  return { ...head(model, answer), object: 'chat.completion', choices: [choice], usage: usage(answer) }
}

export function* chatCompletionEvents({ model }: ChatRequest, answer: ModelAnswer): Generator<SseEvent> {
  const base = { ...head(model, answer), object: 'chat.completion.chunk' }
  const event = (delta: object, finish: string | null = null): SseEvent => ({
    data: JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] }),
  })
  yield event({ role: 'assistant', content: '' })
  for (const piece of pieces(answer.text)) yield { ...event({ content: piece }), pauseMs: answer.slowMs }
  for (const [index, tool] of answer.tools.entries()) {
    const whole = toolCall(tool)
    yield event({ tool_calls: [{ index, ...whole, function: { name: tool.name, arguments: '' } }] })
    for (const piece of pieces(whole.function.arguments)) {
      yield event({ tool_calls: [{ index, function: { arguments: piece } }] })
    }
  }
  yield event({}, finishReason(answer))
  yield { data: JSON.stringify({ ...base, choices: [], usage: usage(answer) }) }
  yield { data: '[DONE]' }
}

export function chatError(message: string): object {
  return { error: { message, type: 'invalid_request_error', param: null, code: null } }
}

/** `created` is fixed: the same request gives the same bytes. */
function head(model: string, answer: ModelAnswer) {
  return { id: `chatcmpl-${answer.id}`, created: 1_767_225_600, model }
}

function toolCall({ id, name, args }: ModelAnswer['tools'][number]) {
  return { id: `call_${id}`, type: 'function', function: { name, arguments: JSON.stringify(args) } }
}

function finishReason(answer: ModelAnswer): string {
  return answer.tools.length > 0 ? 'tool_calls' : 'stop'
}

/** Invented, but stable and of a sensible size. */
function usage(answer: ModelAnswer) {
  const completion = Math.ceil((answer.text.length + JSON.stringify(answer.tools).length) / 4)
  return { prompt_tokens: 100, completion_tokens: completion, total_tokens: 100 + completion }
}
