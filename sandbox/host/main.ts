import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { removeLeftovers } from './leftovers.ts'
import { Sandboxes } from './sandboxes.ts'
import { hostServer } from './server.ts'
import { readHostSettings } from './settings.ts'

const { port, token, directory, limit, daemon } = readHostSettings(process.env)

await mkdir(directory, { recursive: true, mode: 0o700 })
const sandboxes = new Sandboxes({ directory, daemon, limit })
const ready = Promise.withResolvers<void>()
const server = hostServer({ sandboxes, token, ready: ready.promise })
// Listening comes first: it fails when another host has the port, and that one's sandboxes must not be taken for
// leftovers.
server.listen(port, '127.0.0.1')
try {
  await once(server, 'listening')
} catch (error) {
  process.stderr.write(`The sandbox host cannot listen (SANDBOX_HOST_PORT): ${String(error)}\n`)
  process.exit(1)
}
const leftovers = await removeLeftovers(directory)
ready.resolve()
const address = server.address()
const listening = address !== null && typeof address === 'object' ? address.port : port
process.stdout.write(`sandbox host listening on http://127.0.0.1:${listening}\n`)
if (leftovers.length > 0) process.stdout.write(`ended what an earlier host left: ${leftovers.join(', ')}\n`)

let isEnding = false
async function end(): Promise<void> {
  if (isEnding) return
  isEnding = true
  server.close()
  await sandboxes.removeAll('the sandbox host ends')
  process.exit(0)
}
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void end())
