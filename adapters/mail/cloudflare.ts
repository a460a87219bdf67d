import { type Mailer, MailNotSent } from '#domain/identity'
import { withDeadline } from '../deadline.ts'

const DEADLINE_MS = 10_000

/** Mail by Cloudflare's `send_email` binding. */
export function cloudflareMailer(binding: Pick<SendEmail, 'send'>, from: string): Mailer {
  return {
    enabled: true,
    send: async ({ to, subject, text, html }) => {
      try {
        await withDeadline(binding.send({ from, to, subject, text, html }), DEADLINE_MS)
      } catch (cause) {
        throw MailNotSent({ cause })
      }
    },
  }
}
