// Runs inside OpenCode, which brings its own JavaScript runtime: no imports but the runtime's own, no build.
import { readFile } from 'node:fs/promises'

/** Counted, not timed: a sandbox that was frozen may wake up days later and must still try (a6 §6.6). */
export const MAX_ATTEMPTS = 200
const ATTEMPT_TIMEOUT_MS = 60_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 15_000
const RUNTIME = new URL('../runtime.json', import.meta.url)

/** What tests replace. */
const WORLD = {
  fetch: (url, init) => fetch(url, init),
  sleep,
  random: Math.random,
  readRuntime: async () => JSON.parse(await readFile(RUNTIME, 'utf8')),
}

/**
 * Calls a tool of the platform and returns the text for the model. The same call is repeated, byte for byte, until
 * there is an answer: its id is made once, from `context`, and the platform answers a repeated id from what it
 * stored.
 */
export function callPlatform(tool, params, context, world = WORLD) {
  return call({ tool, params, context, world, at: (runtime) => [runtime.platformUrl, runtime.token] })
}

/** The same for a tool that is answered inside the sandbox, by its daemon. */
export function callDaemon(tool, params, context, world = WORLD) {
  return call({ tool, params, context, world, at: (runtime) => [runtime.doorUrl, runtime.doorSecret] })
}

async function call({ tool, params, context, world, at }) {
  const { sessionId } = await world.readRuntime()
  const body = JSON.stringify({ session_id: sessionId, tool_call_id: toolCallId(context), params })
  let last = ''
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const answer = await attemptOnce({ tool, body, context, world, at })
    if (answer.text !== undefined) return answer.text
    last = answer.reason
    await world.sleep(answer.waitMs ?? pauseMs(attempt, world.random()), context.abort)
  }
  return `The platform could not be reached after ${MAX_ATTEMPTS} attempts (${last}).`
}

/**
 * One try: a text for the model, or the reason to try again. Address and token are read each time, because they may
 * change.
 */
async function attemptOnce({ tool, body, context, world, at }) {
  try {
    const runtime = await world.readRuntime()
    const [url, token] = at(runtime)
    const signals = [AbortSignal.timeout(ATTEMPT_TIMEOUT_MS), context.abort].filter(Boolean)
    const response = await world.fetch(`${url}/internal/tools/${tool}`, {
      method: 'POST',
      headers: headersOf(token, runtime.traceparent),
      body,
      signal: AbortSignal.any(signals),
    })
    return readAnswer(response.status, await response.text())
  } catch (error) {
    // The network, or a runtime.json in the middle of a rewrite; an abort of the turn ends the pause that follows.
    return { reason: String(error?.message ?? error) }
  }
}

function headersOf(token, traceparent) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return traceparent === undefined ? headers : { ...headers, traceparent }
}

function readAnswer(status, text) {
  if (isTransport(status)) return { reason: `HTTP ${status}` }
  const reply = parse(text)
  if (status === 202) return { reason: 'still running', waitMs: waitOf(reply) }
  if (status === 200) {
    // Something between us and the platform answered in its place.
    if (typeof reply?.result?.result !== 'string') return { reason: 'an answer that is not the platform’s' }
    return { text: textOf(reply.result) }
  }
  return { text: `The platform refused this call (${status}): ${wordsOf(reply, text)}` }
}

function wordsOf(reply, text) {
  const { detail, message, error, title } = reply ?? {}
  return detail ?? message ?? error ?? title ?? text.slice(0, 500)
}

function isTransport(status) {
  return status === 502 || status === 503 || status === 504 || (status >= 520 && status <= 529)
}

function textOf({ result, data }) {
  return data === undefined || data === null ? result : `${result}\n${JSON.stringify(data)}`
}

function waitOf(reply) {
  const wanted = Number(reply?.retry_after_ms)
  return Number.isFinite(wanted) ? Math.min(Math.max(wanted, 100), LONGEST_PAUSE_MS) : FIRST_PAUSE_MS
}

/** min(1 s · 2^n, 15 s) ± 20 %. */
export function pauseMs(attempt, random) {
  return Math.round(Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS) * (0.8 + 0.4 * random))
}

/**
 * The call id comes from the model and is not unique by itself; a harness without one gets a random id, once per
 * call.
 */
function toolCallId({ sessionID, messageID, callID }) {
  return `${sessionID}/${messageID}/${callID ?? crypto.randomUUID()}`
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
