import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Cron } from 'croner'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions as workerOptionsOf, unstable_readConfig } from 'wrangler'
import { z } from 'zod'
import { PROJECT } from './project.ts'

// The process that runs the bundled Worker in workerd. Its parent talks to it by lines of JSON on standard input, which is
// also its leash: when that ends, whatever ended the parent, this process stops.

const NAME = 'proliferate-edge'
const MINUTE_MS = 60_000

const Settings = z.object({
  bundle: z.string(),
  stateDirectory: z.string(),
  port: z.number(),
  variables: z.record(z.string(), z.string()),
  /** Whether the cron expressions of wrangler.toml fire by themselves; local runtimes never fire them. */
  cron: z.boolean(),
  verbose: z.boolean(),
})
type Settings = z.infer<typeof Settings>

/** wrangler.toml, as the local runtime wants it, with the given variables in place of the ones there. */
function optionsOf(settings: Settings) {
  const { workerOptions } = workerOptionsOf(path.join(PROJECT, 'wrangler.toml'))
  const { rootPath: _rootPath, modulesRules: _modulesRules, ...worker } = workerOptions
  return convertV4MiniflareOptions({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    log: new Log(settings.verbose ? LogLevel.INFO : LogLevel.WARN),
    resourcePersistencePath: settings.stateDirectory,
    unsafeTriggerHandlers: true,
    workers: [
      {
        ...worker,
        name: NAME,
        bindings: settings.variables,
        modulesRoot: path.dirname(settings.bundle),
        modules: [{ type: 'ESModule', path: settings.bundle, contents: readFileSync(settings.bundle, 'utf8') }],
        // Straight to the runtime: the usual entry costs more than half of the throughput (measured in bench/ingest).
        unsafeDirectSockets: [{ host: '127.0.0.1', port: settings.port }],
      },
    ],
  } as Parameters<typeof convertV4MiniflareOptions>[0])
}

/** The expressions that wrangler.toml names. */
function cronsOf(): string[] {
  const { triggers } = unstable_readConfig({ config: path.join(PROJECT, 'wrangler.toml') })
  return triggers.crons ?? []
}

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cron'), cron: z.string() }),
  z.object({ type: z.literal('reload') }),
])

async function main() {
  const settings = Settings.parse(JSON.parse(process.env['WORKER_SETTINGS'] ?? '{}'))
  const miniflare = new Miniflare(optionsOf(settings))
  await miniflare.ready
  const fireCron = async (cron: string) => {
    const worker = await miniflare.getWorker(NAME)
    await worker.scheduled({ cron, scheduledTime: new Date() })
  }
  const crons = cronsOf().map((expression) => ({ expression, cron: new Cron(expression, { timezone: 'UTC' }) }))
  let lastTick = new Date()
  const tick = async () => {
    const [since, now] = [lastTick, new Date()]
    lastTick = now
    for (const { expression, cron } of crons) {
      const due = cron.nextRun(since)
      if (due === null || due > now) continue
      await fireCron(expression).catch((error: unknown) => console.error(`cron ${expression} failed`, error))
    }
  }
  const timer = settings.cron ? setInterval(() => void tick(), MINUTE_MS) : undefined

  const stop = async () => {
    clearInterval(timer)
    await miniflare.dispose()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', () => undefined) // the parent decides the order in which things stop
  let buffered = ''
  process.stdin.on('data', (chunk: Buffer) => {
    buffered += chunk.toString()
    const lines = buffered.split('\n')
    buffered = lines.pop() ?? ''
    for (const line of lines) {
      const message = Message.parse(JSON.parse(line))
      const done = message.type === 'cron' ? fireCron(message.cron) : miniflare.setOptions(optionsOf(settings))
      done.then(
        () => process.stdout.write(`${JSON.stringify({ type: 'done' })}\n`),
        (error: unknown) => process.stdout.write(`${JSON.stringify({ type: 'failed', message: String(error) })}\n`),
      )
    }
  })
  process.stdin.on('end', stop)
  process.stdout.write(`${JSON.stringify({ type: 'ready' })}\n`)
}

await main()
