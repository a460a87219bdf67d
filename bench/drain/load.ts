import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

// Sends webhooks from a process of its own, each about an issue of its own, and tells when each was acknowledged.

export interface Load {
  port: number
  path: string
  secret: string
  /** Begins the id of every delivery. */
  name: string
  firstIssue: number
  count: number
  /** Null: as fast as they are taken. */
  perSecond: number | null
}

/** When each delivery was acknowledged, in milliseconds since the epoch, by its id. */
export type Acknowledged = Record<string, number>

const CONNECTIONS = 16
const BODY_BYTES = 2 * 1024
const DEADLINE_MS = 30_000

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })

function bodyOf(issue: number): string {
  const filler = 'lorem ipsum '.repeat(BODY_BYTES)
  const payload = {
    action: 'opened',
    repository: { full_name: 'acme/bench', html_url: 'https://github.test/acme/bench' },
    sender: { login: 'bench' },
    issue: {
      number: issue,
      title: `Issue ${issue}`,
      html_url: `https://github.test/acme/bench/issues/${issue}`,
      labels: [{ name: 'agent' }],
      created_at: '2026-11-21T10:00:00Z',
      body: '',
    },
  }
  payload.issue.body = filler.slice(0, Math.max(0, BODY_BYTES - JSON.stringify(payload).length))
  return JSON.stringify(payload)
}

function send({ port, path, secret }: Load, deliveryId: string, body: string): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-github-event': 'issues',
    'x-github-delivery': deliveryId,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers, timeout: DEADLINE_MS }, (answer) => {
      answer.resume().on('end', () => {
        if (answer.statusCode === 200) resolve()
        else reject(new Error(`${deliveryId} was answered ${answer.statusCode}`))
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`${deliveryId} was not answered`))).on('error', reject)
    sent.end(body)
  })
}

const now = () => performance.timeOrigin + performance.now()

async function run(load: Load): Promise<Acknowledged> {
  const acknowledged: Acknowledged = {}
  const started = now()
  let next = 0
  const worker = async () => {
    for (let index = next++; index < load.count; index = next++) {
      const dueMs = load.perSecond === null ? 0 : started + (index / load.perSecond) * 1_000 - now()
      if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs))
      const deliveryId = `${load.name}-${index}`
      await send(load, deliveryId, bodyOf(load.firstIssue + index))
      acknowledged[deliveryId] = now()
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  agent.destroy()
  return acknowledged
}

const settings = process.env['LOAD']
if (settings) process.stdout.write(JSON.stringify(await run(JSON.parse(settings) as Load)))
