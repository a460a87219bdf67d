import {
  type Answer,
  readSandboxToken,
  type Refusal,
  SandboxSuperseded,
  SandboxUnauthenticated,
  SessionNotFound,
  type SessionRpc,
  SessionUnreachable,
  ToolCallConflict,
  ToolNotAvailable,
  ToolNotFound,
  ToolParamsInvalid,
  ToolQuotaExceeded,
} from '#domain/sessions'
import { ConfigurationNotFound } from '#domain/repositories'
import { ModelNotFound } from '#domain/llm'
import { AppError } from '#kernel/errors'
import type { HttpContext } from '../http/context.ts'

/** Which sandbox calls, by its token; whether it is still the current one its session says. */
export interface CallingSandbox {
  sessionId: string
  generation: number
}

const BEARER = /^Bearer (\S+)$/i

/** Throws `sandbox.unauthenticated` without a token of ours. */
export async function callingSandbox(c: HttpContext): Promise<CallingSandbox> {
  const { platform } = c.var
  const token = BEARER.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
  const sandbox = await readSandboxToken(platform, { serviceToken: platform.config.SERVICE_TOKEN, token })
  if (!sandbox) throw SandboxUnauthenticated()
  return sandbox
}

const REFUSALS = [
  ConfigurationNotFound,
  ModelNotFound,
  SandboxSuperseded,
  SessionNotFound,
  ToolCallConflict,
  ToolNotAvailable,
  ToolNotFound,
  ToolParamsInvalid,
  ToolQuotaExceeded,
]

/** Asks the session of the calling sandbox; a refusal is thrown as the declared error it was. */
export async function askSession<Value>(
  c: HttpContext,
  sandbox: CallingSandbox,
  question: (session: SessionRpc) => Promise<Answer<Value>>,
): Promise<Value> {
  let answer: Answer<Value>
  try {
    answer = await question(c.env.SESSION.getByName(sandbox.sessionId) as unknown as SessionRpc)
  } catch (cause) {
    throw SessionUnreachable({ cause, retryAfterMs: 1_000 })
  }
  if (answer.ok) return answer.value
  throw errorOf(answer.refusal)
}

function errorOf({ code, detail, retryAfterMs }: Refusal): AppError {
  const options = { ...(detail === null ? {} : { detail }), ...(retryAfterMs === null ? {} : { retryAfterMs }) }
  const declared = REFUSALS.find((error) => error.code === code)
  // Whatever else stood in the way passes by itself.
  return declared ? declared(options) : SessionUnreachable(options)
}
