import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

// A program of its own, called by git as `<helper> get` (gitcredentials(7)): reads what git wants to reach and asks
// the platform. It imports nothing of ours, because git waits for it at every fetch and push.

const DEADLINE_MS = 10_000
const ATTEMPTS = 3

interface Runtime {
  platformUrl: string
  token: string
  traceparent?: string
}

const [, , runtimeFile = '', operation = ''] = process.argv

// `store` and `erase` are for helpers that keep something; this one does not.
if (operation === 'get') {
  const wanted = Object.fromEntries(
    readFileSync(0, 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const url = `${wanted['protocol']}://${wanted['host']}/${wanted['path'] ?? ''}`
  const credential = await ask(JSON.parse(readFileSync(runtimeFile, 'utf8')), url)
  // Without an answer git would go on to ask the terminal; `quit` makes it fail at once.
  process.stdout.write(
    credential ? `username=${credential.username}\npassword=${credential.password}\n` : 'quit=1\n',
  )
}

async function ask(runtime: Runtime, url: string): Promise<{ username: string; password: string } | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(`${runtime.platformUrl}/sandbox/git-credential`, {
        method: 'POST',
        headers: headersOf(runtime),
        body: JSON.stringify({ url }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      })
      if (response.ok) return readCredential(await response.json())
      if (response.status < 500) {
        process.stderr.write(`The platform has no credential for ${url} (${response.status})\n`)
        return null
      }
      if (attempt >= ATTEMPTS) throw new Error(`HTTP ${response.status}`)
    } catch (error) {
      if (attempt >= ATTEMPTS) {
        process.stderr.write(`The platform did not answer for a credential: ${String(error)}\n`)
        return null
      }
    }
    await sleep(500 * attempt)
  }
}

function headersOf({ token, traceparent }: Runtime): Record<string, string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return traceparent === undefined ? headers : { ...headers, traceparent }
}

/** A line break in a value would let it name further fields to git. */
function readCredential(body: unknown): { username: string; password: string } | null {
  if (body === null || typeof body !== 'object' || !('username' in body) || !('password' in body)) return null
  const username = String(body.username)
  const password = String(body.password)
  return /[\r\n\0]/.test(username + password) ? null : { username, password }
}
