import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Entrance } from '../../ui/entrance.tsx'
import { counted } from '../../ui/format.ts'
import { InlineError } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { CreateOrganizationDialog } from '../organizations/create-organization-dialog.tsx'
import { useEnterOrganization } from '../organizations/enter-organization.ts'
import { useSignOut } from './use-sign-out.ts'

/** For an account that is a member of nothing: join, create, or leave. */
export function NoOrganization({ email }: { email: string }) {
  const [creating, setCreating] = useState(false)
  const enter = useEnterOrganization()
  const leave = useSignOut()
  useTitle('No organization')
  return (
    <Entrance
      title="You are in no organization"
      lead={`Create one, or ask an owner to invite ${email}.`}
      foot={
        <div className="flex items-center justify-between gap-3">
          <span className="min-w-0 truncate">Signed in as {email}</span>
          <Button look="quiet" size="small" className="-mr-2.5" onClick={leave}>
            Sign out
          </Button>
        </div>
      }
    >
      <Suggestions title="Join your team" onJoined={enter} />
      <Button look="primary" className="h-9" onClick={() => setCreating(true)}>
        Create an organization
      </Button>
      <CreateOrganizationDialog open={creating} onOpenChange={setCreating} onCreated={({ id }) => enter(id)} />
    </Entrance>
  )
}

/** Organizations that let everybody in with a verified address of their domain. */
export function Suggestions({ title, onJoined }: { title: string; onJoined: (organizationId: string) => void }) {
  const { data } = useQuery({
    queryKey: ['organization-suggestions'],
    queryFn: ({ signal }) => call(endpoints.ownOrganizations.suggestions, { signal }),
  })
  const joining = useMutation({
    mutationFn: (organizationId: string) => call(endpoints.ownOrganizations.join, { params: { organizationId } }),
    onSuccess: ({ organizationId }) => onJoined(organizationId),
  })
  // Without suggestions, or when they cannot be had, the ways below remain.
  if (data === undefined || data.items.length === 0) return null
  return (
    <section aria-label="Organizations you may join" className="grid grid-cols-1 gap-2">
      <h2 className="text-sm font-medium">{title}</h2>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {data.items.map(({ id, name, memberCount }) => (
          <li key={id} className="flex items-center gap-3 px-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{name}</p>
              <p className="text-xs text-ink-faint">{counted(memberCount, 'member')}</p>
            </div>
            <Button
              size="small"
              aria-label={`Join ${name}`}
              disabled={joining.isPending}
              onClick={() => joining.mutate(id)}
            >
              Join
            </Button>
          </li>
        ))}
      </ul>
      {joining.error === null ? null : <InlineError>{explainError(joining.error).message}</InlineError>}
    </section>
  )
}
