import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { startThrowawayStack } from '../../scripts/dev/throwaway-stack.ts'
import { median, percentile, printTable, type Result } from '../figures.ts'
import { startReference } from '../reference-worker.ts'
import type { Acknowledged, Load } from './load.ts'
import { callOffRuns, type DrainWorld, FEW, holdRuns, listen, MANY, prepareWorld, waitForRuns } from './world.ts'

const execute = promisify(execFile)

/** BENCH_ROUNDS=1 gives a first look. */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
/** A backlog that the consumer works off as fast as it can. */
const BACKLOG = { count: 500, perSecond: null }
/** A pace at which nothing waits for anything but the queue's own second. */
const TRICKLE = { count: 100, perSecond: 25 }
const TRIGGERS = [FEW, MANY]
const SECRET = 'bench-secret-bench-secret-bench-secret'
const LOAD_DEADLINE_MS = 120_000
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

const OURS = ['ours', 'ours, runs starting'] as const

interface Target {
  name: (typeof OURS)[number] | 'bare inserts'
  /** Until the hand-off alone: what follows it waits. */
  isHeld: boolean
  port: number
  path: string
  secret: string
}

interface Cell {
  perSecond: number[]
  p50: number[]
  p99: number[]
}

/** Every delivery is about an issue of its own. */
let issues = 0

/** From the first acknowledgement to the last run, and per delivery from its acknowledgement to its run. */
async function measure(world: DrainWorld, target: Target, pace: Pick<Load, 'count' | 'perSecond'>) {
  const firstIssue = issues
  issues += pace.count
  const name = `bench-${firstIssue}`
  const { port, path: hook, secret } = target
  const load: Load = { port, path: hook, secret, name, firstIssue, ...pace }
  const { stdout } = await execute(process.execPath, [path.join(import.meta.dirname, 'load.ts')], {
    env: { ...process.env, LOAD: JSON.stringify(load) },
    timeout: LOAD_DEADLINE_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  const acknowledged = new Map(Object.entries(JSON.parse(stdout) as Acknowledged))
  const runs = await waitForRuns(world, name, pace.count)
  await callOffRuns(world)
  const elapsedMs = Math.max(...runs.values()) - Math.min(...acknowledged.values())
  // A run may be there before its sender has read the answer.
  const latenciesMs = [...runs].map(([id, at]) => Math.max(0, at - (acknowledged.get(id) ?? at)))
  return { perSecond: (pace.count / elapsedMs) * 1_000, latenciesMs }
}

async function measureAll(world: DrainWorld, targets: Target[]): Promise<Map<string, Cell>> {
  const cells = new Map<string, Cell>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const count of TRIGGERS) {
      await listen(world, count)
      for (const target of targets) {
        await holdRuns(world, target.isHeld)
        const cell = cells.get(`${target.name}|${count}`) ?? { perSecond: [], p50: [], p99: [] }
        cell.perSecond.push((await measure(world, target, BACKLOG)).perSecond)
        const { latenciesMs } = await measure(world, target, TRICKLE)
        cell.p50.push(percentile(latenciesMs, 0.5))
        cell.p99.push(percentile(latenciesMs, 0.99))
        cells.set(`${target.name}|${count}`, cell)
      }
    }
    console.log(`round ${round + 1} of ${ROUNDS} done`)
  }
  return cells
}

function report(cells: Map<string, Cell>): Result[] {
  const results: Result[] = []
  const rows: (string | number)[][] = []
  for (const count of TRIGGERS) {
    const figures = (name: Target['name']) => {
      const { perSecond, p50, p99 } = cells.get(`${name}|${count}`) ?? { perSecond: [], p50: [], p99: [] }
      return { rate: median(perSecond), p50: median(p50), p99: median(p99) }
    }
    const reference = figures('bare inserts')
    for (const name of OURS) {
      const ours = figures(name)
      rows.push([name, count, ours.rate, ours.p50, ours.p99])
      const result = (what: string, figure: 'rate' | 'p50' | 'p99') =>
        results.push({
          name: `drain ${count} triggers: ${what}, ${name} vs bare inserts`,
          ours: ours[figure],
          reference: reference[figure],
          ratio: ours[figure] / reference[figure],
        })
      result('deliveries/s', 'rate')
      result('ack to run p50 ms', 'p50')
      result('ack to run p99 ms', 'p99')
    }
    rows.push(['bare inserts', count, reference.rate, reference.p50, reference.p99])
  }
  printTable(['consumer', 'triggers', 'deliveries/s', 'ack to run p50 ms', 'p99 ms'], rows)
  return results
}

/**
 * Deliveries per second from the queue to the hand-off, and how long after its acknowledgement a run is there: with
 * what follows the hand-off held back, and with runs that start meanwhile in the same Worker.
 */
export async function main(): Promise<void> {
  const stack = await startThrowawayStack()
  try {
    const world = await prepareWorld(stack)
    const { url, neonEndpoint } = stack.database.current
    const reference = await startReference(path.join(import.meta.dirname, 'reference-inserts.ts'), {
      queue: 'deliveries',
      bindings: {
        SECRET,
        DATABASE_URL: url,
        NEON_ENDPOINT: neonEndpoint ?? '',
        ORGANIZATION_ID: world.organizationId,
        AUTOMATION_ID: world.automationId,
        TRIGGER_ID: world.triggerId,
      },
    })
    try {
      const ours = { port: Number(new URL(stack.urls.worker).port), ...world.endpoint }
      const targets: Target[] = [
        { name: 'ours', isHeld: true, ...ours },
        { name: 'ours, runs starting', isHeld: false, ...ours },
        { name: 'bare inserts', isHeld: false, port: reference.port, path: '/hook', secret: SECRET },
      ]
      console.log(JSON.stringify(report(await measureAll(world, targets))))
    } finally {
      await reference.stop()
    }
  } finally {
    await stack.stop()
  }
}
