import { expect, it } from 'vitest'
import { ApiError } from '#schema/endpoints/client'
import { saveUnchanged } from './save-unchanged.ts'

/** A thing with a name, which edits are about, and a count, which they are not. */
function aThing() {
  const now = { name: 'Acme', count: 1 }
  const sent: string[] = []
  const tag = () => `"${JSON.stringify(now)}"`
  const read = async () => ({ body: { ...now }, etag: tag() })
  const write = async (ifMatch: string) => {
    sent.push(ifMatch)
    if (ifMatch !== tag()) throw new ApiError(412, null, 'It was changed')
    now.name = 'Acme Labs'
    return read()
  }
  const isSame = (one: typeof now, other: typeof now) => one.name === other.name
  return { now, sent, read, write, isSame }
}

it('saves on top of what was seen', async () => {
  const { read, write, isSame, sent } = aThing()
  const seen = await read()
  const { saved, now } = await saveUnchanged({ seen, read, write, isSame })
  expect([saved, now.body.name, sent]).toEqual([true, 'Acme Labs', [seen.etag]])
})

it('saves nothing when somebody else was faster, and gives what is there now', async () => {
  const { now: thing, read, write, isSame } = aThing()
  const seen = await read()
  thing.name = 'Umbrella'
  const { saved, now } = await saveUnchanged({ seen, read, write, isSame })
  expect([saved, now.body.name, thing.name]).toEqual([false, 'Umbrella', 'Umbrella'])
})

it('saves when only that has changed which the edit is not about', async () => {
  const { now: thing, read, write, isSame, sent } = aThing()
  const seen = await read()
  thing.count = 2
  const { saved } = await saveUnchanged({ seen, read, write, isSame })
  expect([saved, sent.length]).toEqual([true, 2])
})

it('reads first what was seen without a tag, and compares', async () => {
  const { now: thing, read, write, isSame, sent } = aThing()
  const seen = { body: { ...thing }, etag: null }
  thing.name = 'Umbrella'
  expect((await saveUnchanged({ seen, read, write, isSame })).saved).toBe(false)
  expect(sent).toEqual([])
  expect((await saveUnchanged({ seen: await read(), read, write, isSame })).saved).toBe(true)
})

it('gives up on a thing that never stands still, and lets other refusals through', async () => {
  const { read, isSame } = aThing()
  const seen = await read()
  const refused = (status: number) => () => Promise.reject(new ApiError(status, null, 'No'))
  await expect(saveUnchanged({ seen, read, write: refused(412), isSame })).rejects.toMatchObject({ status: 412 })
  await expect(saveUnchanged({ seen, read, write: refused(403), isSame })).rejects.toMatchObject({ status: 403 })
})
