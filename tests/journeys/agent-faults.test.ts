import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SessionEvent } from '#schema/contracts/session-events'
import { openWorld, until, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await openWorld({ variables: { LINK_LOST_SECONDS: '15', BOOT_STAGE_TIMEOUT_SECONDS: '20' } })
})
afterAll(() => world?.stack.stop())

const isToolStart = ({ event }: SessionEvent) => event.type === 'tool.started' && event.tool === 'bash'

/** Starts a run on the slow script and waits until its first command runs. */
async function startSlowRun() {
  const { id } = await world.runOf(await world.deliver(world.issue('slow fix please')))
  const { sessionId } = await until('the session', 30_000, async () => {
    const run = await world.run(id)
    return run.sessionId === null ? null : { sessionId: run.sessionId }
  })
  await world.eventOf(sessionId, 60_000, isToolStart)
  return { runId: id, sessionId }
}

interface Process {
  pid: number
  environment: string
  command: string
}

async function allProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  return Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      environment: await read(pid, 'environ'),
      command: await read(pid, 'cmdline'),
    })),
  )
}

const markOf = ({ environment }: Process) => /PROLIFERATE_SANDBOX_ID=([^\0]+)/.exec(environment)?.[1]

/** Processes of a session's sandbox by what their command line says. */
async function processesOf(sessionId: string, command: RegExp): Promise<number[]> {
  const processes = await allProcesses()
  const daemon = processes.find((item) => item.environment.includes(`SESSION_ID=${sessionId}`))
  const mark = daemon === undefined ? undefined : markOf(daemon)
  const own = processes.filter((item) => mark !== undefined && markOf(item) === mark && command.test(item.command))
  return own.map((item) => item.pid)
}

function expectWholeLog(events: SessionEvent[]) {
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
  const starts = events.flatMap(({ event }) => (event.type === 'tool.started' ? [event.toolCallId] : []))
  expect(new Set(starts).size).toBe(starts.length)
  const parts = events.flatMap(({ event }) => (event.type === 'text.completed' ? [event.partId] : []))
  expect(new Set(parts).size).toBe(parts.length)
}

test('worker runtime killed while the agent works: the session resumes, the run completes, no event missing or doubled', async () => {
  const { runId, sessionId } = await startSlowRun()
  await world.stack.worker.current.kill()
  await world.stack.worker.start()
  await world.runReaches(runId, ['succeeded'], 90_000)
  const events = await world.events(sessionId)
  expectWholeLog(events)
  const tools = events.flatMap(({ event }) => (event.type === 'tool.finished' ? [event.tool] : []))
  expect(tools.filter((tool) => tool === 'bash')).toHaveLength(2)
  expect(events.some(({ event }) => event.type === 'branch.pushed')).toBe(true)
})

test('daemon killed: the run recovers from the checkpoint or ends failed with a written reason, and never hangs', async () => {
  const { runId, sessionId } = await startSlowRun()
  const daemons = await processesOf(sessionId, /sandbox\/daemon\/main/)
  expect(daemons.length).toBeGreaterThan(0)
  for (const pid of daemons) process.kill(pid, 'SIGKILL')
  const run = await world.runReaches(runId, ['succeeded', 'failed'], 120_000)
  if (run.status === 'failed') expect(run.errorMessage ?? run.statusReason).toMatch(/\w+/)
  expectWholeLog(await world.events(sessionId))
})

test('OpenCode crash: one restart, then failed', async () => {
  const { runId, sessionId } = await startSlowRun()
  const crash = async () => {
    const agents = await until('the agent', 30_000, async () => {
      const pids = await processesOf(sessionId, /opencode/)
      return pids.length > 0 ? pids : null
    })
    for (const pid of agents) process.kill(pid, 'SIGKILL')
  }
  await crash()
  await world.eventOf(sessionId, 60_000, ({ event }) => event.type === 'agent.restarted')
  await crash()
  const run = await world.runReaches(runId, ['failed'], 90_000)
  expect(run.errorMessage ?? run.statusReason).toMatch(/\w+/)
  const events = await world.events(sessionId)
  expect(events.filter(({ event }) => event.type === 'agent.restarted')).toHaveLength(1)
})

test('sandbox host absent: a clear boot failure within its deadline', async () => {
  await world.stack.sandboxHost.stop()
  const started = Date.now()
  const { id } = await world.runOf(await world.deliver(world.issue('slow fix without a sandbox')))
  const run = await world.runReaches(id, ['failed'], 80_000)
  expect(run.errorMessage ?? '').toMatch(/sandbox/i)
  expect(Date.now() - started).toBeLessThan(80_000)
  await world.stack.sandboxHost.start()
})
