import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { endpoints } from '#schema/endpoints/index'
import { signIn } from '../../scripts/demo/api.ts'
import { startThrowawayStack } from '../../scripts/dev/throwaway-stack.ts'
import { median, percentile, printTable, type Result } from '../figures.ts'
import { startReference } from '../reference-worker.ts'
import type { Load, Measured } from './load.ts'

const execute = promisify(execFile)

const ROUNDS = 5
const DURATION_MS = 1_500
const BODIES = [2 * 1024, 20 * 1024]
const CONNECTIONS = [1, 32, 128]
const SECRET = 'bench-secret-bench-secret-bench-secret'
const LOAD_DEADLINE_MS = 60_000
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

interface Target {
  name: string
  port: number
  path: string
  secret: string
}

interface Cell {
  perSecond: number[]
  p50: number[]
  p99: number[]
}

async function measure(target: Target, bodyBytes: number, connections: number): Promise<Measured> {
  const load: Load = { ...target, bodyBytes, connections, durationMs: DURATION_MS }
  const { stdout } = await execute(process.execPath, [path.join(import.meta.dirname, 'load.ts')], {
    env: { ...process.env, LOAD: JSON.stringify(load) },
    timeout: LOAD_DEADLINE_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  const measured = JSON.parse(stdout) as Measured
  if (measured.failed > 0) throw new Error(`${target.name} refused ${measured.failed} deliveries`)
  return measured
}

async function measureAll(targets: Target[]): Promise<Map<string, Cell>> {
  const cells = new Map<string, Cell>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const bodyBytes of BODIES) {
      for (const connections of CONNECTIONS) {
        for (const target of targets) {
          const measured = await measure(target, bodyBytes, connections)
          const key = `${target.name}|${bodyBytes}|${connections}`
          const cell = cells.get(key) ?? { perSecond: [], p50: [], p99: [] }
          cell.perSecond.push((measured.acknowledged / measured.elapsedMs) * 1000)
          cell.p50.push(percentile(measured.latenciesMs, 0.5))
          cell.p99.push(percentile(measured.latenciesMs, 0.99))
          cells.set(key, cell)
        }
      }
    }
    console.log(`round ${round + 1} of ${ROUNDS} done`)
  }
  return cells
}

function report(cells: Map<string, Cell>, targets: Target[]): Result[] {
  const results: Result[] = []
  const rows: (string | number)[][] = []
  const cellOf = (name: string, load: string) => cells.get(`${name}|${load}`) ?? { perSecond: [], p50: [], p99: [] }
  for (const [bodyBytes, connections] of BODIES.flatMap((body) => CONNECTIONS.map((count) => [body, count] as const))) {
    const load = `${bodyBytes}|${connections}`
    const size = `${bodyBytes / 1024} KB`
    const ours = median(cellOf('ours', load).perSecond)
    for (const target of targets) {
      const cell = cellOf(target.name, load)
      const reference = median(cell.perSecond)
      const ratio = ours / reference
      rows.push([target.name, size, connections, reference, median(cell.p50), median(cell.p99), ratio])
      if (target.name !== 'ours') results.push({ name: `ingest ${size} c=${connections} vs ${target.name}`, ours, reference, ratio })
    }
  }
  printTable(['Worker', 'body', 'conn.', 'acked/s', 'p50 ms', 'p99 ms', 'ours/this'], rows)
  return results
}

/** Acknowledged deliveries per second of the real Worker, with its consumer and database at work, beside two bare ones. */
export async function main(): Promise<void> {
  const hmac = await startReference(path.join(import.meta.dirname, 'reference-hmac.ts'), { bindings: { SECRET } })
  const queue = await startReference(path.join(import.meta.dirname, 'reference-queue.ts'), {
    bindings: { SECRET },
    queue: 'deliveries',
  })
  const stack = await startThrowawayStack()
  try {
    const api = await signIn(stack.urls, stack.variables['DEV_SIGN_IN_TOKEN'] ?? '')
    const endpoint = await api.call(endpoints.webhookEndpoints.create, { body: { provider: 'github' } })
    const targets: Target[] = [
      { name: 'ours', port: Number(new URL(stack.urls.worker).port), path: endpoint.path, secret: endpoint.secret },
      { name: 'Hono + HMAC', port: hmac.port, path: '/hook', secret: SECRET },
      { name: 'Hono + HMAC + queue', port: queue.port, path: '/hook', secret: SECRET },
    ]
    const results = report(await measureAll(targets), targets)
    console.log(JSON.stringify(results))
  } finally {
    await stack.stop()
    await Promise.all([hmac.stop(), queue.stop()])
  }
}
