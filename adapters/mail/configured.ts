import type { Mailer } from '#domain/identity'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/database'
import type { Ids } from '#kernel/ids'
import type { Log } from '#kernel/log'
import type { Bindings, Config } from '../env.ts'
import { cloudflareMailer } from './cloudflare.ts'
import { keptMailbox } from './mailbox.ts'
import { resendMailer } from './resend.ts'

/** The mailer that the configuration asks for; env.ts sees to it that what that one needs is there. */
export function configuredMailer(
  config: Config,
  needs: { db: Database; ids: Ids; clock: Clock; log: Log },
  binding?: Bindings['EMAIL'],
): Mailer {
  const from = config.EMAIL_FROM ?? ''
  if (!config.EMAIL_ENABLED) return silentMailer(needs.log)
  if (config.EMAIL_PROVIDER === 'mailbox') return keptMailbox(needs)
  if (config.EMAIL_PROVIDER === 'cloudflare') return binding ? cloudflareMailer(binding, from) : silentMailer(needs.log)
  return resendMailer({ url: config.RESEND_URL, apiKey: config.RESEND_API_KEY ?? '', from })
}

/** Says in the log that a mail was not sent, without its address or its link. */
function silentMailer(log: Log): Mailer {
  return {
    enabled: false,
    send: async ({ subject }) => log.warn('mail.disabled', { subject: subject.slice(0, 40) }),
  }
}
