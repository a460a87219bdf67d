import { readFileSync } from 'node:fs'
import path from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from 'wrangler'
import { z } from 'zod'
import { PROJECT } from './project.ts'

// The process that runs the bundled Worker in workerd. Its parent talks to it by lines of JSON on standard input, which is
// also its leash: when that ends, whatever ended the parent, this process stops.

const NAME = 'proliferate-edge'
const CRON_EVERY_MS = 60_000

const Settings = z.object({
  bundle: z.string(),
  stateDirectory: z.string(),
  port: z.number(),
  variables: z.record(z.string(), z.string()),
  /** Whether the minute cron fires by itself; local runtimes never fire it (decision D22). */
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
  const tick = () => fireCron('* * * * *').catch((error: unknown) => console.error('cron failed', error))
  const timer = settings.cron ? setInterval(tick, CRON_EVERY_MS) : undefined

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
