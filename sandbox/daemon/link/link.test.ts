import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SandboxCommand } from '#schema/contracts/sandbox-link'
import { bootBundle } from '../../../tests/fakes/boot-bundle.ts'
import { FakePlatform } from '../../../tests/fakes/platform-server.ts'
import { Commands } from '../commands.ts'
import { Journal } from '../journal.ts'
import { Deltas } from './deltas.ts'
import { Link, LINK_TIMES, type LinkSettings } from './link.ts'

const log = { info: () => undefined, warn: () => undefined }
let folder: string
let fake: FakePlatform
const stops: (() => void)[] = []

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'link-test-'))
  fake = await new FakePlatform({ token: 'the-token', bundle: bootBundle() }).start()
})
afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  vi.useRealTimers()
  await fake.stop()
  expect(fake.problems).toEqual([])
  rmSync(folder, { recursive: true, force: true })
})

function daemonSide(
  change: Partial<LinkSettings> = {},
  perform: (command: SandboxCommand) => Promise<unknown> = async () => null,
) {
  const journal = new Journal(path.join(folder, 'journal.ndjson'))
  const refused = Promise.withResolvers<string>()
  const settings = {
    ...LINK_TIMES,
    url: `${fake.url.replace('http', 'ws')}/sandbox/link`,
    token: fake.token,
    generation: 1,
    ...change,
  }
  const commands = new Commands({ journal, log, perform, reply: (reply) => link.sendReply(reply) })
  const link: Link = new Link({ journal, log }, settings, {
    onCommand: (frame) => commands.take(frame),
    onConnected: () => deltas.restart(),
    onRefused: refused.resolve,
  })
  const deltas = new Deltas((delta) => link.sendDelta(delta))
  journal.onEvent = () => link.flush()
  link.start()
  stops.push(() => link.stop())
  return {
    journal,
    link,
    deltas,
    refused: refused.promise,
    say: (message: string) => journal.record({ type: 'agent.error', message }),
  }
}

async function until(what: () => boolean, deadlineMs = 30_000): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs
  while (!what()) {
    if (performance.now() > giveUpAt) throw new Error('It did not come to that')
    await sleep(5)
  }
}
const messages = () => fake.eventsOf('agent.error').map(({ message }) => message)

test('every event arrives once and in order, over connections cut at any time', async () => {
  const { say, journal } = daemonSide()
  const wanted = Array.from({ length: 300 }, (_, index) => `event ${index}`)
  for (const [index, message] of wanted.entries()) {
    say(message)
    if (index % 40 === 20) fake.dropLink()
    if (index % 3 === 0) await sleep(2)
  }
  await until(() => messages().length === wanted.length)
  expect(messages()).toEqual(wanted)
  await until(() => journal.ackedSeq === 300)
  expect(fake.hellos.length).toBeGreaterThan(1)
})

test('events made while there is no connection wait, and go out in few frames', async () => {
  const { say } = daemonSide({ url: 'ws://127.0.0.1:9/sandbox/link' })
  for (let index = 0; index < 1_200; index += 1) say(`event ${index}`)
  stops.splice(0).forEach((stop) => stop())
  daemonSide()
  await until(() => messages().length === 1_200)
  expect(fake.frames).toBe(3)
})

test('a connection that says nothing, not even to a ping, is replaced', async () => {
  fake.isAnsweringPings = false
  daemonSide({ pingEveryMs: 200, silenceMs: 1_500 })
  await until(() => fake.hellos.length >= 2)
  expect(fake.pings).toBeGreaterThan(0)
})

test('a quiet connection that answers pings is kept', async () => {
  // By the clock of the test, which goes on once each ping is answered: far longer than a silence may last.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
  const { journal } = daemonSide()
  await until(() => journal.epoch === fake.epoch)
  for (let ping = 1; ping <= 10; ping += 1) {
    for (let second = 0; second < 20; second += 1) vi.advanceTimersByTime(1_000)
    await until(() => fake.pings >= ping)
    await sleep(20)
  }
  expect(fake.hellos).toHaveLength(1)
})

test('a connection on which nothing is acknowledged is replaced, and the events are sent again', async () => {
  fake.isAcking = false
  const { say, journal } = daemonSide({ pingEveryMs: 200, silenceMs: 1_500 })
  say('kept')
  await until(() => fake.hellos.length >= 2)
  await until(() => journal.ackedSeq === 1)
  expect(messages()).toEqual(['kept'])
})

test('close code 4410 ends the sandbox for good, and so does 401 or 410 in answer to the upgrade', async () => {
  const first = daemonSide()
  await until(() => fake.hellos.length === 1)
  fake.closeLink(4410)
  expect(await first.refused).toContain('4410')
  for (const status of [401, 410]) {
    fake.linkStatus = status
    expect(await daemonSide().refused).toContain(String(status))
  }
  expect(fake.hellos).toHaveLength(1)
})

test('any other refusal is waited out', async () => {
  fake.linkStatus = 503
  daemonSide()
  await until(() => fake.refusals >= 2)
  fake.linkStatus = 101
  await until(() => fake.hellos.length === 1)
  fake.closeLink(1012)
  await until(() => fake.hellos.length === 2)
})

test('each command is done once; its reply is given again from what was kept', async () => {
  let done = 0
  daemonSide({}, async () => {
    done += 1
    await sleep(300)
    return { done }
  })
  await until(() => fake.hellos.length === 1)
  const number = fake.send({ kind: 'checkpoint' })
  await sleep(50)
  // The command is sent again with the new connection while the first one is still being done.
  fake.dropLink()
  expect((await fake.reply(number)).result).toEqual({ done: 1 })
  fake.repeat(number, { kind: 'checkpoint' })
  await until(() => fake.replyCount(number) >= 2)
  expect(done).toBe(1)
})

test('a command that fails is answered in words, and its number is done too', async () => {
  daemonSide({}, async () => {
    throw new Error('There is no working tree yet')
  })
  await until(() => fake.hellos.length === 1)
  const reply = await fake.command({ kind: 'checkpoint' })
  expect(reply).toMatchObject({ ok: false, error: 'There is no working tree yet' })
})

test('a Session of an older epoch is not obeyed', async () => {
  let done = 0
  fake.epoch = 5
  const { journal } = daemonSide({}, async () => void (done += 1))
  await until(() => journal.epoch === 5)
  fake.epoch = 4
  fake.send({ kind: 'checkpoint' })
  await sleep(200)
  expect(done).toBe(0)
  // Nor is its welcome: the daemon asks again until one is as new.
  fake.dropLink()
  await until(() => fake.hellos.length >= 3)
  fake.epoch = 6
  await until(() => done === 1)
})

test('live text is joined, and told as a whole on a new connection', async () => {
  const { deltas } = daemonSide()
  await until(() => fake.hellos.length === 1)
  const part = { messageId: 'm', partId: 'p', kind: 'text' as const }
  for (const letter of 'abcdef') deltas.append(part, letter)
  await until(() => fake.deltas.length === 1)
  deltas.append(part, 'ghi')
  await until(() => fake.deltas.length === 2)
  expect(fake.deltas).toEqual([
    { type: 'delta', ...part, offset: 0, text: 'abcdef' },
    { type: 'delta', ...part, offset: 6, text: 'ghi' },
  ])
  fake.dropLink()
  await until(() => fake.deltas.length === 3)
  expect(fake.deltas[2]).toMatchObject({ offset: 0, text: 'abcdefghi' })
  deltas.close('p')
  deltas.restart()
  await sleep(120)
  expect(fake.deltas).toHaveLength(3)
})
