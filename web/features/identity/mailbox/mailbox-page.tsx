import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import type { KeptMail } from '#schema/contracts/identity'
import { isStatus } from '../../../client.ts'
import { Button, buttonStyles } from '../../../ui/button.tsx'
import { cx } from '../../../ui/class-names.ts'
import { PageHeader } from '../../../ui/page.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx'
import { Ago } from '../../../ui/time.tsx'
import { useTitle } from '../../../ui/title.ts'
import { MailReader } from './mail-reader.tsx'
import { mailboxQuery } from './queries.ts'

const EVERY_MS = 3_000

interface MailboxProps {
  mailId: string | undefined
  onMail: (mailId: string | undefined) => void
}

/** Development only: the mails that would have been sent. */
export function MailboxPage({ mailId, onMail }: MailboxProps) {
  useTitle('Mailbox')
  const { data, error, refetch } = useQuery({
    ...mailboxQuery,
    refetchInterval: ({ state }) => (isStatus(state.error, 404) ? false : EVERY_MS),
  })
  const chosen = data?.items.find(({ id }) => id === mailId)
  return (
    <main className="flex h-full min-h-0 flex-col">
      <PageHeader title="Mailbox">
        <Link to="/" className={buttonStyles({ look: 'quiet', size: 'small' })}>
          Dashboard
        </Link>
      </PageHeader>
      {data === undefined ? (
        <NotYet error={error} onRetry={() => void refetch()} />
      ) : data.items.length === 0 ? (
        <EmptyState title="No mail yet">What this deployment would have sent appears here by itself.</EmptyState>
      ) : (
        <div className="flex min-h-0 flex-1">
          <MailList mails={data.items} chosen={chosen} onMail={onMail} />
          <Reading mail={chosen} onBack={() => onMail(undefined)} />
        </div>
      )}
    </main>
  )
}

function NotYet({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error === null) {
    return (
      <div aria-busy="true" className="grid max-w-96 gap-3 p-4">
        <p className="sr-only" role="status">
          Loading mails
        </p>
        <Skeleton className="h-10" />
        <Skeleton className="h-10" />
      </div>
    )
  }
  if (isStatus(error, 404)) {
    return <EmptyState title="This deployment has no mailbox">Its mails are sent, not kept.</EmptyState>
  }
  return <ErrorState error={error} title="The mails could not be loaded" onRetry={onRetry} />
}

function MailList(props: { mails: KeptMail[]; chosen: KeptMail | undefined; onMail: (mailId: string) => void }) {
  const { mails, chosen, onMail } = props
  return (
    <ul
      aria-label="Mails"
      className={cx(
        'min-h-0 w-full overflow-y-auto border-line md:block md:w-88 md:shrink-0 md:border-r',
        chosen !== undefined && 'hidden',
      )}
    >
      {mails.map(({ id, to, subject, sentAt }) => (
        <li key={id} className="border-b border-line">
          <button
            type="button"
            aria-current={id === chosen?.id ? 'true' : undefined}
            onClick={() => onMail(id)}
            className={cx(
              'grid w-full grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-4 py-2 text-left hover:bg-surface md:px-5',
              'focus-visible:-outline-offset-2 aria-[current=true]:bg-selected',
            )}
          >
            <span className="truncate font-medium">{subject}</span>
            <Ago at={sentAt} className="text-sm text-ink-faint" />
            <span className="truncate text-sm text-ink-soft">{to}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Reading({ mail, onBack }: { mail: KeptMail | undefined; onBack: () => void }) {
  if (mail === undefined) {
    return (
      <div className="hidden flex-1 md:block">
        <EmptyState title="Choose a mail to read it" />
      </div>
    )
  }
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="border-b border-line px-2 py-1 md:hidden">
        <Button look="quiet" size="small" onClick={onBack}>
          <ChevronLeft aria-hidden />
          All mails
        </Button>
      </div>
      <MailReader key={mail.id} mail={mail} />
    </div>
  )
}
