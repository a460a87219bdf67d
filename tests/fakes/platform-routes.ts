import type { IncomingMessage, ServerResponse } from 'node:http'
import { ToolCallRequest } from '#schema/contracts/tools'

// What the fake platform answers over HTTP, besides the bundle: git credentials, blobs, tools, and the model gateway.

const MAX_BLOB_BYTES = 100 * 1024 * 1024

export interface ToolAnswer {
  status: number
  body: unknown
}

/** What the answers come from, and what is noted of the questions. */
interface Answering {
  bundle: { sessionId: string }
  credentials: { urlPrefix: string; username: string; password: string }[]
  credentialsAsked: string[]
  blobs: Map<string, Buffer>
  toolCalls: { tool: string; body: ToolCallRequest; text: string }[]
  answerTool: (tool: string, call: ToolCallRequest) => ToolAnswer | Promise<ToolAnswer>
  modelUrl: string
  modelCalls: { path: string; body: string }[]
  problems: string[]
}

interface Asked {
  request: IncomingMessage
  response: ServerResponse
}

export async function sendCredential(platform: Answering, { request, response }: Asked): Promise<void> {
  const { url } = JSON.parse(String(await bytesOf(request))) as { url: string }
  platform.credentialsAsked.push(url)
  const found = platform.credentials.find(({ urlPrefix }) => url.startsWith(urlPrefix))
  if (!found) return json(response, 404, { code: 'git.no_credential' })
  json(response, 200, { username: found.username, password: found.password })
}

export async function answerBlob(platform: Answering, { request, response, key }: Asked & { key: string }): Promise<void> {
  if (request.method === 'GET') {
    const stored = platform.blobs.get(key)
    if (!stored) return json(response, 404, { code: 'not_found' })
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(stored)
    return
  }
  const length = request.headers['content-length']
  if (length === undefined) return json(response, 411, { code: 'length_required' })
  if (Number(length) > MAX_BLOB_BYTES) return json(response, 413, { code: 'too_large' })
  const body = await bytesOf(request)
  platform.blobs.set(key, body)
  json(response, 200, { key, size: body.length })
}

export async function callTool(platform: Answering, { request, response, tool }: Asked & { tool: string }): Promise<void> {
  const text = String(await bytesOf(request))
  const body = ToolCallRequest.parse(JSON.parse(text))
  if (body.session_id !== platform.bundle.sessionId) platform.problems.push(`tool call of another session: ${text}`)
  platform.toolCalls.push({ tool, body, text })
  const { status, body: answer } = await platform.answerTool(tool, body)
  json(response, status, answer)
}

export async function forwardToModel(platform: Answering, { request, response, pathname }: Asked & { pathname: string }): Promise<void> {
  const body = await bytesOf(request)
  platform.modelCalls.push({ path: pathname, body: body.toString('utf8') })
  const upstream = await fetch(platform.modelUrl + pathname.replace(/^\/llm\/\w+/, ''), {
    method: request.method ?? 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  response.writeHead(upstream.status, { 'content-type': upstream.headers.get('content-type') ?? 'application/json' })
  for await (const chunk of upstream.body ?? []) response.write(chunk)
  response.end()
}

async function bytesOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
