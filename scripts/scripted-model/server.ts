import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { anthropicError, anthropicEvents, anthropicMessage, readMessagesRequest } from './anthropic-messages.ts'
import { chatCompletion, chatCompletionEvents, chatError, readChatRequest } from './openai-chat.ts'
import { answerConversation } from './pick-script.ts'
import type { SseEvent } from './protocol.ts'
import { readScripts } from './script-file.ts'
import type { Script } from './script-file.ts'

const SCRIPTS = path.join(import.meta.dirname, 'scripts')
const MODEL = 'scripted'
const MAX_BODY_BYTES = 32 * 1024 * 1024

export type ScriptedModel = {
  /** `http://127.0.0.1:PORT`; both protocols have their base at `<url>/v1`. */
  url: string
  port: number
  stop(): Promise<void>
}

/**
 * Starts the scripted model: answers by prepared scripts instead of a language model, in OpenAI's and Anthropic's
 * protocol. Throws when a script file is not usable.
 */
export async function startScriptedModel(options: { port?: number; scripts?: string } = {}): Promise<ScriptedModel> {
  const scripts = await readScripts(options.scripts ?? SCRIPTS)
  const server = createServer((request, response) => void handle(scripts, request, response))
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function handle(scripts: Script[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = `${request.method} ${(request.url ?? '').split('?')[0]?.replace(/^\/v1/, '')}`
  try {
    if (route === 'GET /health') reply(response, 200, { status: 'ok' })
    else if (route === 'GET /models') reply(response, 200, { object: 'list', data: [{ id: MODEL, object: 'model' }] })
    else if (route === 'POST /messages/count_tokens') reply(response, 200, { input_tokens: 100 })
    else if (route === 'POST /chat/completions') await chat(scripts, request, response)
    else if (route === 'POST /messages') await messages(scripts, request, response)
    else reply(response, 404, chatError(`No route ${route}`))
  } catch {
    response.destroy() // the client went away
  }
}

async function chat(scripts: Script[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = await readRequest(request, readChatRequest)
  if ('problem' in asked) return reply(response, 400, chatError(asked.problem))
  const answer = answerConversation(scripts, asked.conversation)
  if (asked.stream) return stream(response, chatCompletionEvents(asked, answer))
  reply(response, 200, chatCompletion(asked, answer))
}

async function messages(scripts: Script[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = await readRequest(request, readMessagesRequest)
  if ('problem' in asked) return reply(response, 400, anthropicError(asked.problem))
  const answer = answerConversation(scripts, asked.conversation)
  if (asked.stream) return stream(response, anthropicEvents(asked, answer))
  reply(response, 200, anthropicMessage(asked, answer))
}

async function readRequest<T>(request: IncomingMessage, read: (body: unknown) => T): Promise<T | { problem: string }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BODY_BYTES) return { problem: `The body exceeds ${MAX_BODY_BYTES} bytes` }
  try {
    return read(JSON.parse(Buffer.concat(chunks).toString()))
  } catch (error) {
    if (error instanceof z.ZodError) return { problem: z.prettifyError(error) }
    return { problem: (error as Error).message }
  }
}

async function stream(response: ServerResponse, events: Iterable<SseEvent>): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for (const { event, data, pauseMs } of events) {
    response.write(`${event ? `event: ${event}\n` : ''}data: ${data}\n\n`)
    if (pauseMs) await sleep(pauseMs, undefined, { signal: gone.signal })
  }
  response.end()
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const environment = z.object({ SCRIPTED_MODEL_PORT: z.coerce.number().int().min(0).max(65_535).default(0) })

if (import.meta.main) {
  const model = await startScriptedModel({ port: environment.parse(process.env).SCRIPTED_MODEL_PORT })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void model.stop())
  process.stdout.write(`scripted model listening on ${model.url}\n`)
}
