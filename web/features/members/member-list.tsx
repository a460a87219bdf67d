import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { UserMinus } from 'lucide-react'
import { toast } from 'sonner'
import { AssignableRole } from '#schema/contracts/identity'
import type { Member } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { saveUnchanged } from '../../save-unchanged.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { List } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Select } from '../../ui/select.tsx'
import { Ago } from '../../ui/time.tsx'
import { toastError } from '../../ui/toasts.tsx'
import { useMay, useMe, useOrganizationId } from '../identity/me.ts'
import { roleLabel, someoneAs } from '../organizations/role-label.ts'
import { memberListQuery } from './queries.ts'

const COLUMNS: readonly Column<Member>[] = [
  { name: 'Name', cell: (member) => <NameCell member={member} /> },
  {
    name: 'Email',
    cell: ({ email }) => <p className="truncate text-sm text-ink-soft">{email}</p>,
    className: 'hidden lg:table-cell',
  },
  { name: 'Role', cell: (member) => <RoleCell member={member} />, className: 'w-28' },
  {
    name: 'Joined',
    cell: ({ joinedAt }) => <Ago at={joinedAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-28 sm:table-cell',
  },
]

const REMOVE: Column<Member> = {
  name: 'Actions',
  isNameHidden: true,
  cell: (member) => <RemoveMember member={member} />,
  className: 'w-17 text-right sm:w-24',
}

/** Who is in the organization; to whom it is allowed, with their roles to change and themselves to remove. */
export function MemberList() {
  const query = useInfiniteQuery(memberListQuery(useOrganizationId()))
  const mayRemove = useMay('members:remove')
  const columns = mayRemove ? [...COLUMNS, REMOVE] : COLUMNS
  // Nobody reads the list without being in it.
  return <List label="Members" query={query} columns={columns} empty={null} />
}

function NameCell({ member }: { member: Member }) {
  const { user } = useMe()
  return (
    <div className="flex min-w-0 items-center gap-2.5">
      <Avatar name={member.name} image={member.image} />
      <div className="min-w-0">
        <p className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{member.name}</span>
          {member.userId === user.id ? <Tag>You</Tag> : null}
        </p>
        <p className="truncate text-xs text-ink-faint lg:hidden">{member.email}</p>
      </div>
    </div>
  )
}

const ROLES = AssignableRole.options.map((role) => ({ value: role, label: roleLabel(role) }))

function RoleCell({ member }: { member: Member }) {
  const mayUpdate = useMay('members:update')
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const { mutate, variables, isPending } = useMutation({
    mutationFn: (role: AssignableRole) => changeRole(organizationId, member, role),
    onSuccess: async ({ saved, now: { body } }) => {
      const is = `${body.name} is ${someoneAs(body.role)} now`
      if (saved) toast.success(is)
      else toast.error(`Someone else just changed the role of ${body.name}`, { description: `${is}.` })
      await queryClient.invalidateQueries({ queryKey: [organizationId, 'members'] })
    },
    onError: (error) => toastError(`The role of ${member.name} was not changed`, error),
  })
  const { role } = member
  if (role === 'owner' || !mayUpdate) return <span className="text-sm text-ink-soft">{roleLabel(role)}</span>
  return (
    <Select
      label={`Role of ${member.name}`}
      value={isPending ? variables : role}
      options={ROLES}
      className="h-7 w-full"
      onChange={(chosen) => {
        if (chosen !== role && !isPending) mutate(chosen)
      }}
    />
  )
}

/** Changes the role that the list shows, and no other that somebody gave meanwhile. */
function changeRole(organizationId: string, member: Member, role: AssignableRole) {
  const params = { organizationId, memberId: member.id }
  return saveUnchanged({
    seen: { body: member, etag: null },
    read: () => call.tagged(endpoints.members.show, { params }),
    write: (ifMatch) => call.tagged(endpoints.members.update, { params, body: { role }, ifMatch }),
    isSame: (one, other) => one.role === other.role,
  })
}

function RemoveMember({ member }: { member: Member }) {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: () => call(endpoints.members.remove, { params: { organizationId, memberId: member.id } }),
    onSuccess: async () => {
      toast.success(`${member.name} was removed`)
      await queryClient.invalidateQueries({ queryKey: [organizationId, 'members'] })
    },
    onError: (error) => toastError(`${member.name} was not removed`, error),
  })
  if (member.role === 'owner') return null
  return (
    <Confirm
      trigger={
        <Button look="quiet" size="small" disabled={isPending} aria-label={`Remove ${member.name}`}>
          <UserMinus aria-hidden className="sm:hidden" />
          <span className="hidden sm:inline">{isPending ? 'Removing…' : 'Remove'}</span>
        </Button>
      }
      title={`Remove ${member.name}?`}
      description="Their API keys for this organization end, and what they have open here closes."
      action="Remove"
      onConfirm={() => mutate()}
    />
  )
}
