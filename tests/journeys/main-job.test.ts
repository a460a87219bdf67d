import { afterAll, beforeAll, expect, test } from 'vitest'
import path from 'node:path'
import { git } from '../../scripts/git-server/git-command.ts'
import { openWorld, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await openWorld({ modelScripts: path.resolve(import.meta.dirname, '../../scripts/scripted-model/scripts') })
})
afterAll(() => world?.stack.stop())

test('a GitHub issue becomes a branch that fixes it, watched from the first event to the last', async () => {
  const deliveryId = await world.deliver(world.issue('slugify leaves repeated separators'))
  const { id } = await world.runOf(deliveryId)
  const run = await world.runReaches(id, ['succeeded'], 180_000)
  expect(run.completion?.summaryMarkdown).toContain('slugify')

  const events = await world.events(run.sessionId ?? '')
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
  const types = events.map((event) => event.event.type)
  for (const type of ['prompt.queued', 'boot.stage', 'text.completed', 'tool.started', 'diff.updated', 'branch.pushed']) {
    expect(types).toContain(type)
  }
  const branch = run.completion?.branch ?? ''
  const remote = path.join(world.stack.git.root, 'acme/widgets.git')
  const changed = await git(['-C', remote, 'diff', '--stat', 'main', branch])
  expect(changed).toContain('src/slugify.ts')
  expect(changed).toContain('1 file changed')
})
