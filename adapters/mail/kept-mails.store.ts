import { desc, sql } from 'drizzle-orm'
import type { Mail } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'
import type { KeptMail } from '#schema/contracts/identity'
import { keptMails } from '#schema/tables/index'

/** How many are kept; older ones go away. */
const MAX_KEPT = 100

export async function keepMail(db: Database, kept: { id: string; now: Date; mail: Mail }): Promise<void> {
  const { to, subject, text, html } = kept.mail
  await queryRows(
    db,
    sql`with old as (
          delete from kept_mails
          where id in (select id from kept_mails order by sent_at desc, id desc offset ${MAX_KEPT - 1}::int)
        )
        insert into kept_mails (id, recipient, subject, text, html, sent_at)
        values (${kept.id}, ${to}, ${subject}, ${text}, ${html}, ${kept.now.toISOString()}::timestamptz)`,
  )
}

/** What was kept, the newest first. */
export async function listKeptMails(db: Database): Promise<KeptMail[]> {
  const rows = await db.select().from(keptMails).orderBy(desc(keptMails.sentAt), desc(keptMails.id)).limit(MAX_KEPT)
  return rows.map(({ recipient, sentAt, ...mail }) => ({ ...mail, to: recipient, sentAt: sentAt.toISOString() }))
}
