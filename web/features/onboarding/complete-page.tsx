import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { KeyRound, MessagesSquare, Users } from 'lucide-react'
import { useState } from 'react'
import { Button, buttonStyles } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Entrance, EntranceSkeleton } from '../../ui/entrance.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMe, useOrganizationId } from '../identity/me.ts'
import { onboardingQuery } from './queries.ts'
import { RepositoryForm } from '../repositories/repository-form.tsx'

const NEXT = [
  { to: '/dashboard/sessions', label: 'Start a session', told: 'Give an agent its first task', icon: MessagesSquare },
  { to: '/settings/members', label: 'Invite teammates', told: 'And choose what they may do', icon: Users },
  { to: '/settings/api-keys', label: 'Create an API key', told: 'For programs that act as you', icon: KeyRound },
] as const

/** The end of the first steps, and where to go from here. */
export function CompletePage() {
  const { organization } = useMe()
  const { data, isPending } = useQuery(onboardingQuery(useOrganizationId()))
  const missing = data?.hasRepository === false
  const title = missing ? 'Almost there' : 'You are set'
  useTitle(title)
  if (isPending) return <EntranceSkeleton />
  return (
    <Entrance
      wide
      title={title}
      lead={
        missing
          ? 'A session needs a repository. Connect one when you are ready.'
          : `${organization?.name ?? 'Everything'} is ready for its first session.`
      }
    >
      <ul className="divide-y divide-line rounded-lg border border-line">
        {NEXT.map(({ to, label, told, icon: Icon }) => (
          <li key={to} className="relative flex items-center gap-3 px-4 py-2.5 hover:bg-hover">
            <Icon aria-hidden className="size-4 shrink-0 text-ink-soft" strokeWidth={1.75} />
            <span className="min-w-0">
              <Link to={to} className="block font-medium after:absolute after:inset-0">
                {label}
              </Link>
              <span className="block text-sm text-ink-faint">{told}</span>
            </span>
          </li>
        ))}
      </ul>
      {missing ? <ConnectLater /> : null}
      <Link to="/dashboard/sessions" className={cx(buttonStyles({ look: missing ? 'outline' : 'primary' }), 'h-9')}>
        Open Proliferate
      </Link>
    </Entrance>
  )
}

/** For who left that step out. */
function ConnectLater() {
  const [open, setOpen] = useState(false)
  const queryClient = useQueryClient()
  const { queryKey } = onboardingQuery(useOrganizationId())
  return (
    <>
      <Button look="primary" className="h-9" onClick={() => setOpen(true)}>
        Connect a repository
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Connect a repository"
        description="Agents work on a clone of it, in a sandbox of their own."
      >
        <RepositoryForm onConnected={() => queryClient.invalidateQueries({ queryKey })} />
      </Dialog>
    </>
  )
}
