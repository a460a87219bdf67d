import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { openHttpWorld } from '../setup/http-world.ts'

/** Whether it is there is for everybody, takes nothing, costs nothing, and so has nothing to refuse. */
const ANSWERS_EVERYBODY = /^#\/paths\/~1healthz\//

test('a linter finds nothing in /openapi.json, by its strictest recommendation', async () => {
  const world = await openHttpWorld()
  const source = await (await world.request('/openapi.json')).text()
  const config = await createConfig({ extends: ['recommended-strict'] })
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config })
  const told = problems
    .map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer ?? '' }))
    .filter(({ ruleId, at }) => !(ruleId === 'operation-4xx-response' && ANSWERS_EVERYBODY.test(at)))
  expect(told).toEqual([])
})

test('every operation and every answer is described, and every group of them', async () => {
  const world = await openHttpWorld()
  const document = (await (await world.request('/openapi.json')).json()) as {
    tags: { name: string; description: string }[]
    paths: Record<string, Record<string, { summary: string; tags: string[]; responses: Record<string, { description: string }> }>>
  }
  const described = new Set(document.tags.filter(({ name, description }) => description !== name).map(({ name }) => name))
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    expect(operation.summary).not.toBe('')
    for (const tag of operation.tags) expect([...described]).toContain(tag)
    for (const { description } of Object.values(operation.responses)) expect(description).not.toBe('')
  }
})
