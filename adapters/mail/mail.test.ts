import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { MailNotSent } from '#domain/identity'
import { Variables } from '../env.ts'
import { fakeResend } from '../../tests/fakes/resend.ts'
import { testPlatform, type TestPlatform } from '../../tests/platform.ts'
import { cloudflareMailer } from './cloudflare.ts'
import { configuredMailer } from './configured.ts'
import { listKeptMails } from './kept-mails.store.ts'
import { keptMailbox } from './mailbox.ts'
import { resendMailer } from './resend.ts'

const mail = { to: 'ann@people.example', subject: 'Hello', text: 'Hello Ann', html: '<p>Hello Ann</p>' }
const from = 'Proliferate <mail@proliferate.example>'

let resend: Awaited<ReturnType<typeof fakeResend>>
let platform: TestPlatform
beforeAll(async () => {
  resend = await fakeResend('re_key')
  platform = await testPlatform()
})
afterAll(() => resend.close())
beforeEach(() => {
  Object.assign(resend, { answers: [], asked: 0 })
  resend.sent.clear()
})
afterEach(() => vi.useRealTimers())
const send = (apiKey = 're_key') => resendMailer({ url: resend.url, apiKey, from }).send(mail)

test('Resend gets a mail once, also when its first answer is a fault of its own', async () => {
  await send()
  expect([...resend.sent.values()]).toEqual([{ ...mail, from, to: [mail.to] }])
  resend.answers = [503]
  await send()
  expect([resend.asked, resend.sent.size]).toEqual([3, 2])
})

test('what Resend refuses is not tried again; twice at fault is not sent', async () => {
  const refused = await send('wrong key').catch((error: unknown) => error)
  expect([MailNotSent.is(refused), resend.asked]).toEqual([true, 1])
  resend.answers = [500, 500]
  const failed = await send().catch((error: unknown) => error)
  expect([MailNotSent.is(failed), resend.asked, resend.sent.size]).toEqual([true, 3, 0])
})

test('a Resend that nobody reaches is mail.not_sent', async () => {
  const away = resendMailer({ url: 'http://127.0.0.1:9', apiKey: 're_key', from })
  expect(MailNotSent.is(await away.send(mail).catch((error: unknown) => error))).toBe(true)
})

test("Cloudflare's binding gets the mail; what it throws is mail.not_sent", async () => {
  const taken: unknown[] = []
  const binding = { send: async (message: unknown) => void taken.push(message) } as unknown as SendEmail
  await cloudflareMailer(binding, from).send(mail)
  expect(taken).toEqual([{ from, ...mail }])
  const broken = { send: () => Promise.reject(new Error('not verified')) } as unknown as SendEmail
  expect(MailNotSent.is(await cloudflareMailer(broken, from).send(mail).catch((error: unknown) => error))).toBe(true)
})

test("Cloudflare's binding has ten seconds; an answer within them leaves no timer behind", async () => {
  vi.useFakeTimers()
  const binding = (send: () => Promise<void>) => cloudflareMailer({ send } as unknown as SendEmail, from)
  await binding(async () => {}).send(mail)
  expect(vi.getTimerCount()).toBe(0)
  const late = binding(() => new Promise(() => {})).send(mail).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(MailNotSent.is(await late)).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

test('the mailbox of development keeps the newest hundred', async () => {
  const mailbox = keptMailbox(platform)
  for (let count = 1; count <= 103; count += 1) await mailbox.send({ ...mail, subject: `Mail ${count}` })
  const kept = await listKeptMails(platform.db)
  expect([kept.length, kept[0]?.subject, kept.at(-1)?.subject]).toEqual([100, 'Mail 103', 'Mail 4'])
  expect(kept[0]).toMatchObject({ to: mail.to, text: mail.text, html: mail.html })
})

test('without mail, sending only says so, without address, text or link', async () => {
  const config = Variables.parse({
    ENVIRONMENT: 'test',
    APP_URL: 'http://app.test',
    PLATFORM_URL: 'http://api.test',
    DATABASE_URL: 'postgres://unused',
    ENCRYPTION_KEY: btoa('\u0007'.repeat(32)),
    SERVICE_TOKEN: 'service-token-of-the-test-suite-0123456789',
    AUTH_SECRET: 'auth-secret-of-the-test-suite-0123456789',
  })
  const mailer = configuredMailer(config, platform)
  await mailer.send(mail)
  expect(mailer.enabled).toBe(false)
  expect(platform.log.entries.at(-1)).toEqual({ level: 'warn', event: 'mail.disabled', fields: { subject: 'Hello' } })
})
