import {
  type Answer,
  type Refusal,
  SessionEnded,
  SessionNotFound,
  type SessionObject,
  type SessionObjects,
  type SessionRpc,
  SessionUnreachable,
  TooManyPrompts,
} from '#domain/sessions'
import { AppError } from '#kernel/errors'

/** Any answer is given within this time (D18). */
const DEADLINE_MS = 20_000

const REFUSALS = [SessionNotFound, SessionEnded, TooManyPrompts]

/** Live sessions as Durable Objects, called by native RPC; each is addressed by the id of its session. */
export function durableSessionObjects(namespace: DurableObjectNamespace): SessionObjects {
  const ask = <Value>(sessionId: string, question: (object: SessionRpc) => Promise<Answer<Value>>) =>
    answered(() => question(namespace.getByName(sessionId) as unknown as SessionRpc))
  return {
    get: (sessionId): SessionObject => ({
      open: async (opening) => void (await ask(sessionId, (object) => object.open(opening))),
      prompt: (prompt) => ask(sessionId, (object) => object.prompt(prompt)),
      cancel: (input) => ask(sessionId, (object) => object.cancel(input)),
      status: () => ask(sessionId, (object) => object.status()),
      history: (page) => ask(sessionId, (object) => object.history(page)),
      terminate: async (end) => void (await ask(sessionId, (object) => object.terminate(end))),
      recheckMembers: async (input) => void (await ask(sessionId, (object) => object.recheckMembers(input))),
    }),
  }
}

async function answered<Value>(ask: () => Promise<Answer<Value>>): Promise<Value> {
  let answer: Answer<Value>
  try {
    answer = await withDeadline(ask())
  } catch (cause) {
    throw SessionUnreachable({ cause })
  }
  if (answer.ok) return answer.value
  throw errorOf(answer.refusal)
}

async function withDeadline<Value>(work: Promise<Value>): Promise<Value> {
  const deadline = Promise.withResolvers<never>()
  const timer = setTimeout(() => deadline.reject(new Error(`No answer within ${DEADLINE_MS} ms`)), DEADLINE_MS)
  try {
    return await Promise.race([work, deadline.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** A refusal is a declared error again once it is out of the object. */
function errorOf({ code, detail, retryAfterMs }: Refusal): AppError {
  const options = { ...(detail === null ? {} : { detail }), ...(retryAfterMs === null ? {} : { retryAfterMs }) }
  const declared = REFUSALS.find((error) => error.code === code)
  return declared ? declared(options) : SessionUnreachable(options)
}
