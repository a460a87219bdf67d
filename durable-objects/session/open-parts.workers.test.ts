import { runInDurableObject } from 'cloudflare:test'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { eventually } from '../../tests/setup/eventually.ts'
import { openSessionWorld, type SessionWorld } from '../../tests/workers/session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await openSessionWorld()
})
afterAll(() => world?.close())

const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

test('live text: relayed at once, in later pictures, kept over an eviction, gone when finished', async () => {
  const session = await world.session()
  const client = await session.client()
  await client.resume()
  const { daemon } = await session.running()
  daemon.delta('p1', 0, 'Once upon')
  daemon.delta('p1', 9, ' a time')
  // A repeat from the beginning adds only what is new.
  daemon.delta('p1', 0, 'Once upon a time there')
  await client.until(() => client.text.get('p1') === 'Once upon a time there')
  expect(client.of('delta').map(({ offset }) => offset)).toEqual([0, 9, 16])
  await eventually(async () => expect(await session.sql('select part_id from open_parts')).toHaveLength(1))
  await session.evict()
  const late = await session.client()
  await late.resume()
  expect(late.text.get('p1')).toBe('Once upon a time there')
  const welcomes = daemon.welcomes
  daemon.delta('p1', 100, 'beyond what is held')
  await daemon.until(() => daemon.welcomes > welcomes)
  expect(late.of('delta')).toEqual([])
  daemon.report({ type: 'text.completed', messageId: 'm1', partId: 'p1', text: 'Once upon a time there was' })
  await daemon.settled()
  expect(await session.sql('select part_id from open_parts')).toEqual([])
  expect((await (await session.client()).resume()).openParts).toEqual([])
})

test('text that is being written is stored at most once a second', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  await daemon.settled()
  const client = await session.client()
  await client.resume()
  let words = ''
  const write = async () => {
    for (const count of oneTo(20)) {
      daemon.delta('p1', words.length, `${count} `)
      words += `${count} `
    }
    await client.until(() => client.text.get('p1') === words)
  }
  const pass = (milliseconds: number) =>
    runInDurableObject(session.stub, () => void vi.advanceTimersByTime(milliseconds))
  const stored = async () => {
    const [part] = await session.sql<{ body: string }>('select body from open_parts')
    return part && JSON.parse(part.body).text
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    await write()
    await pass(999)
    expect(await stored()).toBeUndefined()
    await pass(1)
    const first = words
    expect(await stored()).toBe(first)
    await write()
    await pass(999)
    expect(await stored()).toBe(first)
    await pass(1)
    expect(await stored()).toBe(words)
  } finally {
    vi.useRealTimers()
  }
})
