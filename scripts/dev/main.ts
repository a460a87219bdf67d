import { watch } from 'node:fs'
import path from 'node:path'
import { describeMails, describeModel, modelVariables, signInLink } from './describe.ts'
import { loadDevVars } from './dev-vars.ts'
import { announceStack, findRunningStack } from './lock.ts'
import { usualPorts } from './ports.ts'
import { PROJECT } from './project.ts'
import { type Stack, startStack } from './stack.ts'

const DIRECTORY = path.join(PROJECT, '.data')
const WATCHED = ['workers', 'durable-objects', 'domain', 'adapters', 'schema']
const SETTLE_MS = 200
const RESTART_DELAY_MS = 1_000

async function main(): Promise<void> {
  const running = await findRunningStack(DIRECTORY)
  if (running) {
    throw new Error(
      `It already runs on this folder (pid ${running.pid}): ${running.urls.web}\nStop that one first, or work in another checkout.`,
    )
  }
  const variables = await loadDevVars(path.join(PROJECT, '.dev.vars'), path.join(PROJECT, '.dev.vars.example'))
  const keys = modelVariables(process.env)
  const ports = await usualPorts(process.env, ['web', 'worker', 'postgres', 'neon', 'sandboxHost', 'model', 'git'])
  const started = performance.now()
  const stack = await startStack({
    directory: DIRECTORY,
    ports,
    variables: { ...variables, ...keys },
    databaseUrl: process.env['DATABASE_URL'],
    persistent: true,
    web: true,
    cron: true,
    progress: (line) => console.log(`  starting ${line} …`),
  })
  const withdraw = await announceStack(DIRECTORY, stack.urls)
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    console.log('\nStopping …')
    await withdraw()
    await stack.stop()
    console.log('Everything is stopped.')
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
  process.on('SIGHUP', () => void stop())
  printBanner(stack, performance.now() - started)
  rebuildOnChange(stack)
  void keepWorkerAlive(stack, () => stopping)
}

function printBanner(stack: Stack, milliseconds: number) {
  console.log(`
  Proliferate Edge is ready (${(milliseconds / 1000).toFixed(1)} s)

  Dashboard     ${stack.urls.web}
  Signed in     ${signInLink(stack.urls.web, stack.variables)}
  API           ${stack.urls.worker}/openapi.json
  Git server    ${stack.urls.git}
  Model         ${describeModel(stack.variables)}
  Mails         ${describeMails(stack.urls.web, stack.variables)}
  Data, logs    ${path.relative(process.cwd(), DIRECTORY) || '.'}

  Run the main job in another terminal:  npm run demo
  Stop everything:                       Ctrl-C
`)
}

/** Bundles the Worker anew when its code changes; state stays. */
function rebuildOnChange(stack: Stack) {
  let timer: NodeJS.Timeout | undefined
  const rebuild = () =>
    stack.rebuild().then(
      () => console.log('  Worker reloaded'),
      (error: unknown) => console.error(`  ${error instanceof Error ? error.message : String(error)}`),
    )
  for (const folder of WATCHED) {
    watch(path.join(PROJECT, folder), { recursive: true }, (_event, file) => {
      if (!file?.endsWith('.ts') || file.endsWith('.test.ts')) return
      clearTimeout(timer)
      timer = setTimeout(() => void rebuild(), SETTLE_MS)
    })
  }
}

/** A runtime that dies takes nothing with it: all state is on disk, and the sandboxes dial in again. */
async function keepWorkerAlive(stack: Stack, stopping: () => boolean) {
  for (;;) {
    await stack.worker.current.ended
    if (stopping()) return
    console.error('  The Worker ended by itself; starting it again …')
    await new Promise((resolve) => setTimeout(resolve, RESTART_DELAY_MS))
    if (!stopping()) await stack.worker.start()
  }
}

try {
  await main()
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
