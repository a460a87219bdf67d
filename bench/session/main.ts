import { once } from 'node:events'
import path from 'node:path'
import WebSocket from 'ws'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { endpoints } from '#schema/endpoints/index'
import { type DemoApi, signIn } from '../../scripts/demo/api.ts'
import { prepareDemo } from '../../scripts/demo/prepare.ts'
import { startThrowawayStack } from '../../scripts/dev/throwaway-stack.ts'
import { median, percentile, printTable, type Result } from '../figures.ts'
import { startReference } from '../reference-worker.ts'
import { type ScriptedDaemon, type ScriptedHost, startScriptedHost } from './scripted-daemons.ts'

const ROUNDS = 5
/** Events per frame: what a busy agent's daemon gathers in its 50 ms (decision D24). */
const FRAME = 20
/** Clients acknowledge as often as the dashboard does. */
const ACK_EVERY = 32
const DEADLINE_MS = 120_000

interface Shape {
  name: string
  sessions: number
  clients: number
  events: number
}

const SHAPES: Shape[] = [
  { name: '1 session x 50 clients x 2000 events', sessions: 1, clients: 50, events: 2_000 },
  { name: '200 sessions x 1 client x 50 events', sessions: 200, clients: 1, events: 50 },
]

interface Measured {
  eventsPerSecond: number
  p50: number
  p99: number
}

/** Something that events are sent into at one end and watched at the other. */
interface Channel {
  send(events: SandboxEvent[]): void
  clients: WebSocket[]
}

/** The part id tells a client which event it sees, and so when it was sent. */
const eventOf = (index: number): SandboxEvent => ({
  type: 'text.completed',
  messageId: 'msg_bench',
  partId: `part-${index}`,
  text: 'A sentence of about the usual length, as an agent writes it between two calls of a tool. '.repeat(2),
})

async function measure(channels: Channel[], shape: Shape): Promise<Measured> {
  const sentAt = channels.map(() => new Float64Array(shape.events))
  const latencies: number[] = []
  const done = channels.flatMap((channel, number) =>
    channel.clients.map((client) => watch(client, shape.events, sentAt[number] ?? new Float64Array(), latencies)),
  )
  const started = performance.now()
  for (let start = 0; start < shape.events; start += FRAME) {
    const indexes = Array.from({ length: Math.min(FRAME, shape.events - start) }, (_, offset) => start + offset)
    for (const [number, channel] of channels.entries()) {
      for (const index of indexes) (sentAt[number] ?? [])[index] = performance.now()
      channel.send(indexes.map(eventOf))
    }
    // Gives the sockets their turn; without it the whole load would stand in our own buffers.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(done)
  const elapsed = performance.now() - started
  return {
    eventsPerSecond: (shape.events * shape.sessions * 1000) / elapsed,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  }
}

/** Resolves when a client has seen every event. */
function watch(client: WebSocket, events: number, sentAt: Float64Array, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = 0
    let acknowledged = 0
    const timer = setTimeout(() => reject(new Error(`a client saw ${seen} of ${events} events`)), DEADLINE_MS)
    client.on('message', (data) => {
      const now = performance.now()
      const matches = String(data).matchAll(/"partId":"part-(\d+)"/g)
      for (const match of matches) {
        latencies.push(now - (sentAt[Number(match[1])] ?? now))
        seen += 1
      }
      if (seen - acknowledged >= ACK_EVERY) {
        acknowledged = seen
        const seq = String(data).lastIndexOf('"seq":')
        if (seq >= 0) client.send(JSON.stringify({ type: 'ack', seq: Number.parseInt(String(data).slice(seq + 6), 10) }))
      }
      if (seen < events) return
      clearTimeout(timer)
      client.removeAllListeners('message')
      resolve()
    })
  })
}

async function openOurs(api: DemoApi, host: ScriptedHost, configurationId: string, clients: number): Promise<Channel> {
  const session = await api.call(endpoints.sessions.create, { body: { configurationId, initialPrompt: 'Bench' } })
  const daemon = await host.daemon(session.id)
  const url = `${api.workerUrl.replace(/^http/, 'ws')}/ws/sessions/${session.id}`
  const sockets = await Promise.all(Array.from({ length: clients }, () => openClient(url, api.headers)))
  return { clients: sockets, send: (events) => sendNumbered(daemon, events) }
}

function sendNumbered(daemon: ScriptedDaemon, events: SandboxEvent[]) {
  const at = new Date().toISOString()
  daemon.send({
    type: 'events',
    events: events.map((event) => ({ sandboxSeq: daemon.nextSeq++, at, event })),
  })
}

async function openClient(url: string, headers: Record<string, string>): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers })
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'resume', lastSeq: 0 }))
  await once(socket, 'message')
  return socket
}

async function openReference(port: number, name: string, clients: number): Promise<Channel> {
  const url = (route: string) => `ws://127.0.0.1:${port}/${route}?session=${name}`
  const open = async (route: string) => {
    const socket = new WebSocket(url(route))
    await once(socket, 'open')
    return socket
  }
  const link = await open('link')
  const sockets = await Promise.all(Array.from({ length: clients }, () => open('client')))
  return { clients: sockets, send: (events) => link.send(JSON.stringify({ events })) }
}

/** The channels of a shape serve all of its rounds: opening two hundred sessions per round would measure the rate limit. */
async function openAll(shape: Shape, open: (number: number) => Promise<Channel>): Promise<Channel[]> {
  const channels: Channel[] = []
  for (let number = 0; number < shape.sessions; number += 1) channels.push(await open(number))
  return channels
}

const hangUp = (channels: Channel[]) => channels.flatMap(({ clients }) => clients).forEach((client) => client.terminate())

function report(shape: Shape, ours: Measured[], reference: Measured[]): Result {
  const rows = [
    ['ours', ours] as const,
    ['bare object', reference] as const,
  ].map(([name, runs]) => [
    name,
    median(runs.map((run) => run.eventsPerSecond)),
    median(runs.map((run) => run.eventsPerSecond)) * shape.clients,
    median(runs.map((run) => run.p50)),
    median(runs.map((run) => run.p99)),
  ])
  console.log(`\n${shape.name}`)
  printTable(['Worker', 'events/s', 'seen/s', 'p50 ms', 'p99 ms'], rows)
  const [own, other] = [ours, reference].map((runs) => median(runs.map((run) => run.eventsPerSecond)))
  return { name: `session ${shape.name}`, ours: own ?? 0, reference: other ?? 0, ratio: (own ?? 0) / (other ?? 1) }
}

/** Events per second through a Session, from the daemon's link to the watching sockets, beside a bare object that stores and passes on. */
export async function main(): Promise<void> {
  const host = await startScriptedHost()
  const reference = await startReference(path.join(import.meta.dirname, 'reference-fan-out.ts'), { objectClass: 'FanOut' })
  const stack = await startThrowawayStack({ sandboxHostUrl: host.url })
  try {
    const api = await signIn(stack.urls, stack.variables['DEV_SIGN_IN_TOKEN'] ?? '')
    const demo = await prepareDemo(api, { ...stack.git, url: stack.urls.git })
    const results: Result[] = []
    for (const shape of SHAPES) {
      const own = await openAll(shape, () => openOurs(api, host, demo.repository.configurationId, shape.clients))
      const other = await openAll(shape, (number) => openReference(reference.port, `${shape.name} ${number}`, shape.clients))
      const ours: Measured[] = []
      const bare: Measured[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        ours.push(await measure(own, shape))
        bare.push(await measure(other, shape))
        console.log(`${shape.name}: round ${round + 1} of ${ROUNDS} done`)
      }
      hangUp([...own, ...other])
      results.push(report(shape, ours, bare))
    }
    console.log(JSON.stringify(results))
  } finally {
    await stack.stop()
    await reference.stop()
    await host.stop()
  }
}
