import type { TestSource } from '#schema/contracts/trigger-tests'

export type ReadSource = { ok: true; source: TestSource } | { ok: false; at: 'payload' | 'headers'; message: string }

/** What was pasted, as what an event is tried on: a payload in JSON, and headers, a line each. */
export function readPasted(payload: string, headers: string): ReadSource {
  const read = readHeaders(headers)
  if (!read.ok) return { ok: false, at: 'headers', message: read.message }
  try {
    return { ok: true, source: { payload: JSON.parse(payload) as unknown, headers: read.headers } }
  } catch {
    return { ok: false, at: 'payload', message: 'This is not valid JSON' }
  }
}

type ReadHeaders = { ok: true; headers: Record<string, string> } | { ok: false; message: string }

/** `x-github-event: issues`, one on each line. */
export function readHeaders(text: string): ReadHeaders {
  const headers: Record<string, string> = {}
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    if (name === '') return { ok: false, message: `Write “name: value” on each line, not “${line.trim()}”` }
    headers[name] = line.slice(colon + 1).trim()
  }
  return { ok: true, headers }
}
