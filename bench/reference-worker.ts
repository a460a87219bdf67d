import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import path from 'node:path'
import { findFreePort } from '../scripts/process/port.ts'

export interface ReferenceOptions {
  bindings?: Record<string, string>
  /** Producer binding DELIVERIES and its consumer. */
  queue?: string
  /** Binding OBJECT to a class of the file, with SQLite storage. */
  objectClass?: string
}

/** Runs a small Worker of a single file as fast as the runtime goes: the yardstick of a benchmark. */
export async function startReference(file: string, { bindings = {}, queue, objectClass }: ReferenceOptions) {
  const directory = path.dirname(file)
  const bundled = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['workerd'],
    external: ['cloudflare:*'],
  })
  const port = await findFreePort()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      workers: [
        {
          name: 'reference',
          compatibilityDate: '2026-10-01',
          compatibilityFlags: ['nodejs_compat'],
          modulesRoot: directory,
          modules: [
            { type: 'ESModule', path: path.join(directory, 'index.js'), contents: bundled.outputFiles[0]?.text ?? '' },
          ],
          bindings,
          ...(queue ? { queueProducers: { DELIVERIES: { queueName: queue } } } : {}),
          ...(queue ? { queueConsumers: { [queue]: { maxBatchSize: 100, maxBatchTimeout: 1 } } } : {}),
          ...(objectClass ? { durableObjects: { OBJECT: { className: objectClass, useSQLite: true } } } : {}),
          unsafeDirectSockets: [{ host: '127.0.0.1', port }],
        },
      ],
    } as Parameters<typeof convertV4MiniflareOptions>[0]),
  )
  await miniflare.ready
  return { port, stop: () => miniflare.dispose() }
}
