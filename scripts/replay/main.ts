import path from 'node:path'
import { parseArgs } from 'node:util'
import { loadDevVars } from '../dev/dev-vars.ts'
import { findRunningStack } from '../dev/lock.ts'
import { PROJECT } from '../dev/project.ts'
import { replayAll } from './replay-all.ts'

const USAGE = `npm run replay [-- --url <https://…>]

Puts the messages back that the queues gave up on and that wait in blob storage: of the stack that runs on this folder,
or of the deployment at --url, whose SERVICE_TOKEN is taken from the environment.
`

/** Where to ask, and the key that its operator knows. */
async function target(url: string | undefined): Promise<{ url: string; serviceToken: string }> {
  if (url !== undefined) {
    const serviceToken = process.env['SERVICE_TOKEN']
    if (!serviceToken) throw new Error('SERVICE_TOKEN of the deployment is not set')
    return { url, serviceToken }
  }
  const running = await findRunningStack(path.join(PROJECT, '.data'))
  if (!running) throw new Error('no stack runs on this folder; start one with npm run dev, or give --url')
  const variables = await loadDevVars(path.join(PROJECT, '.dev.vars'), path.join(PROJECT, '.dev.vars.example'))
  return { url: running.urls.worker, serviceToken: variables['SERVICE_TOKEN'] ?? '' }
}

try {
  const { values } = parseArgs({ options: { url: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) process.stdout.write(USAGE)
  else {
    const print = (line: string) => void process.stdout.write(`${line}\n`)
    const { unreadable } = await replayAll({ ...(await target(values.url)), before: new Date(), print })
    process.exitCode = unreadable === 0 ? 0 : 1
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  process.exitCode = 2
}
