import { createRoute } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { z } from 'zod'
import { PageSkeleton } from '../ui/page.tsx'
import { rootRoute } from './root.tsx'

const loadPage = () => import('../features/identity/mailbox/mailbox-page.tsx')
const MailboxPage = lazy(async () => ({ default: (await loadPage()).MailboxPage }))

export const mailboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dev/mailbox',
  validateSearch: z.object({ mail: z.string().optional().catch(undefined) }),
  loader: () => void loadPage(),
  component: function Mailbox() {
    const { mail } = mailboxRoute.useSearch()
    const navigate = mailboxRoute.useNavigate()
    return (
      <Suspense fallback={<PageSkeleton />}>
        <MailboxPage mailId={mail} onMail={(next) => void navigate({ search: { mail: next } })} />
      </Suspense>
    )
  },
})
