import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { expect, test } from 'vitest'

const LOG = path.join(import.meta.dirname, 'log.ts')
const PROGRAM = `
  const { daemonLog } = await import(${JSON.stringify(LOG)})
  let failures = 0
  process.on('uncaughtException', () => (failures += 1))
  setInterval(() => daemonLog.info('tick'), 10)
  setTimeout(() => process.exit(failures === 0 ? 0 : 1), 500)
`

test('a log that nobody reads any more is no failure, which would be written to the log', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: ['ignore', 'pipe', 'ignore'] })
  child.stdout.destroy()
  const timer = setTimeout(() => child.kill('SIGKILL'), 50_000)
  const [code] = await once(child, 'exit')
  clearTimeout(timer)
  expect(code).toBe(0)
})
