import type { Mailer } from '#domain/identity'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/database'
import type { Ids } from '#kernel/ids'
import { keepMail } from './kept-mails.store.ts'

/** Keeps mails where a developer can read them, and sends none. */
export function keptMailbox(needs: { db: Database; ids: Ids; clock: Clock }): Mailer {
  return {
    enabled: true,
    send: (mail) => keepMail(needs.db, { id: needs.ids.next(), now: needs.clock.now(), mail }),
  }
}
