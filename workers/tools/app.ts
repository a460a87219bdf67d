import { Hono } from 'hono'
import { ToolParamsInvalid, ToolNotAvailable } from '#domain/sessions'
import { ToolCallRequest } from '#schema/contracts/tools'
import type { HttpContext, HttpEnv } from '../http/context.ts'
import { RequestTooLarge } from '../http/errors.ts'
import { askSession, callingSandbox } from '../sandbox/authenticate.ts'

/** A tool call is at most this long (a6 §6.5). */
const MAX_BODY_BYTES = 256 * 1024
/** Older names of tools on this route. */
const ALIASES: Record<string, string> = { 'automation.complete': 'automation_complete' }

/** Where the tools of a sandbox post their calls; idempotent by `tool_call_id`, which the session sees to. */
export const tools = new Hono<HttpEnv>()

tools.post('/:toolName', async (c) => {
  const sandbox = await callingSandbox(c)
  const call = await readCall(c)
  if (call.session_id !== sandbox.sessionId) throw ToolNotAvailable({ detail: 'The token is of another session' })
  const name = c.req.param('toolName')
  const outcome = await askSession(c, sandbox, (session) =>
    session.callTool({
      toolCallId: call.tool_call_id,
      toolName: ALIASES[name] ?? name,
      params: call.params,
      generation: sandbox.generation,
    }),
  )
  if (outcome.kind === 'crashed') return c.json({ error: outcome.error, message: outcome.message }, 500)
  return c.json(outcome.reply, 'status' in outcome.reply ? 202 : 200)
})

async function readCall(c: HttpContext): Promise<ToolCallRequest> {
  if (Number(c.req.header('content-length') ?? 0) > MAX_BODY_BYTES) throw RequestTooLarge()
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength > MAX_BODY_BYTES) throw RequestTooLarge()
  const parsed = ToolCallRequest.safeParse(jsonOf(new TextDecoder().decode(bytes)))
  if (parsed.success) return parsed.data
  throw ToolParamsInvalid({
    detail: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
