import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { INLINE_LINK } from '../../../ui/entrance.tsx'
import { mailboxQuery } from './queries.ts'

/** The way to the kept mails, in a deployment that keeps them; elsewhere where else to look. */
export function MailboxLink() {
  const { data } = useQuery(mailboxQuery)
  if (data === undefined) return <p>Nothing there? Check your spam folder.</p>
  return (
    <p>
      This is development: mails are kept in the{' '}
      <Link to="/dev/mailbox" className={INLINE_LINK}>
        mailbox
      </Link>
      .
    </p>
  )
}
