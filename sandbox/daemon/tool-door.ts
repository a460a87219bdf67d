import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { RequestEnvVariablesParams, ToolCallRequest } from '#schema/contracts/tools'
import { wordsOf } from './text.ts'

export interface ToolDoor {
  url: string
  secret: string
  close(): void
}

const MAX_BODY_BYTES = 64 * 1024
const ROUTE = '/internal/tools/request_env_variables'

/**
 * Where tools that are answered inside the sandbox knock: 127.0.0.1 only, with a secret. It speaks the same words as
 * the platform's tool route (a6 §6.5), so the tools call both in the same way.
 */
export async function openToolDoor(needs: { record: (event: SandboxEvent) => void }): Promise<ToolDoor> {
  const secret = randomBytes(24).toString('hex')
  const seen = new Set<string>()
  const server = createServer((request, response) => {
    answer({ ...needs, secret, seen }, request).then(
      ({ status, body }) => reply(response, status, body),
      (error: unknown) => reply(response, 400, { error: wordsOf(error) }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    secret,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function answer(
  needs: { record: (event: SandboxEvent) => void; secret: string; seen: Set<string> },
  request: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  if (!isBearer(request.headers.authorization, needs.secret)) return { status: 401, body: { error: 'Not allowed' } }
  if (request.method !== 'POST' || request.url !== ROUTE) return { status: 404, body: { error: 'No such tool' } }
  const call = ToolCallRequest.parse(JSON.parse(await readBody(request)))
  const params = RequestEnvVariablesParams.safeParse(call.params)
  if (!params.success) return { status: 400, body: { error: params.error.message } }
  if (!needs.seen.has(call.tool_call_id)) {
    needs.seen.add(call.tool_call_id)
    needs.record({ type: 'env.requested', toolCallId: call.tool_call_id, keys: params.data.keys })
  }
  const names = params.data.keys.map(({ key }) => key).join(', ')
  const result = `Asked for ${names}. The values come later, if anybody gives them; go on with what does not need them.`
  return { status: 200, body: { result: { success: true, result } } }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error('The request is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function isBearer(header: string | undefined, secret: string): boolean {
  const given = Buffer.from((header ?? '').replace(/^Bearer /, ''))
  const wanted = Buffer.from(secret)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
