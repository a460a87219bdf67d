import { type Mailer, MailNotSent } from '#domain/identity'

const DEADLINE_MS = 10_000

/** Mail by Cloudflare's `send_email` binding. */
export function cloudflareMailer(binding: Pick<SendEmail, 'send'>, from: string): Mailer {
  return {
    enabled: true,
    send: async ({ to, subject, text, html }) => {
      const deadline = AbortSignal.timeout(DEADLINE_MS)
      const tooLate = new Promise<never>((_, reject) => {
        deadline.addEventListener('abort', () => reject(new Error(`No answer within ${DEADLINE_MS} ms`)))
      })
      try {
        await Promise.race([binding.send({ from, to, subject, text, html }), tooLate])
      } catch (cause) {
        throw MailNotSent({ cause })
      }
    },
  }
}
