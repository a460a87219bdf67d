import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Member, Organization } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useMe } from '../identity/me.ts'
import { useRefreshMe } from '../identity/refresh-me.ts'
import { everyMemberQuery } from '../members/queries.ts'

export function TransferForm({ organization, onDone }: { organization: Organization; onDone: () => void }) {
  const { user } = useMe()
  const { data, error } = useQuery(everyMemberQuery(organization.id))
  const others = data?.filter(({ userId, role }) => userId !== user.id && role !== 'owner')
  if (error !== null && others === undefined) {
    return <InlineError>The members could not be loaded. {explainError(error).message}</InlineError>
  }
  if (others === undefined) return <Skeleton className="h-32" />
  if (others.length === 0) {
    return <p className="text-ink-soft">There is nobody else here yet. Invite the new owner first.</p>
  }
  return <ChooseOwner organization={organization} members={others} onDone={onDone} />
}

function ChooseOwner(props: { organization: Organization; members: Member[]; onDone: () => void }) {
  const { organization, members, onDone } = props
  const [memberId, setMemberId] = useState<string>()
  const queryClient = useQueryClient()
  const refreshMe = useRefreshMe()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (chosen: string) => {
      return call(endpoints.organizations.transfer, {
        params: { organizationId: organization.id },
        body: { memberId: chosen },
      })
    },
    onSuccess: async () => {
      onDone()
      toast.success('The ownership was transferred')
      await queryClient.invalidateQueries({ queryKey: [organization.id] })
      await refreshMe()
    },
  })
  return (
    <TypedConfirm
      expected={organization.name}
      action="Transfer ownership"
      ready={memberId !== undefined}
      busy={isPending}
      error={error === null ? null : explainError(error).message}
      onConfirm={() => {
        if (memberId !== undefined) mutate(memberId)
      }}
    >
      <Field label="New owner">
        {(id) => (
          <Select
            id={id}
            value={memberId}
            options={members.map((member) => ({ value: member.id, label: `${member.name} (${member.email})` }))}
            placeholder="Choose a member"
            className="w-full border-line-strong"
            onChange={setMemberId}
          />
        )}
      </Field>
    </TypedConfirm>
  )
}
