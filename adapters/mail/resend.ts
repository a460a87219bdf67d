import { type Mail, type Mailer, MailNotSent } from '#domain/identity'
import { fetchWhole } from '../fetch-whole.ts'

const DEADLINE_MS = 10_000
const ATTEMPTS = 2

export interface ResendSettings {
  url: string
  apiKey: string
  /** `Name <address>` or an address. */
  from: string
}

/**
 * Mail by Resend's HTTP API. Tried once more when it does not answer or is at fault itself; one key for both tries, so
 * that a lost answer does not mean two mails.
 */
export function resendMailer(settings: ResendSettings): Mailer {
  return {
    enabled: true,
    send: async (mail) => {
      const idempotencyKey = crypto.randomUUID()
      let problem: unknown = null
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const answered = await ask(settings, mail, idempotencyKey).catch((error: unknown) => void (problem = error))
        if (answered?.ok) return
        if (answered && answered.status < 500 && answered.status !== 429) {
          throw MailNotSent({ detail: `Resend answered ${answered.status}` })
        }
        problem ??= new Error(`Resend answered ${answered?.status ?? 'nothing'}`)
      }
      throw MailNotSent({ cause: problem })
    },
  }
}

async function ask(settings: ResendSettings, mail: Mail, idempotencyKey: string) {
  const { to, subject, text, html } = mail
  const init = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${settings.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    },
    body: JSON.stringify({ from: settings.from, to: [to], subject, text, html }),
  }
  const { ok, status } = await fetchWhole(new URL('/emails', settings.url), init, DEADLINE_MS)
  return { ok, status }
}
