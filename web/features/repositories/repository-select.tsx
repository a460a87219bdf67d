import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { Select } from '../../ui/select.tsx'
import type { SelectOption } from '../../ui/select.tsx'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { repositoriesQuery } from '../sessions/queries.ts'
import { RepositoryForm } from './repository-form.tsx'

/** Stands for a repository that is not there yet; no configuration has this id. */
const ANOTHER = 'another'

/** One of the repositories, or a new one that is connected on the way, and chosen. */
export function RepositorySelect(props: {
  id: string
  value: string | undefined
  options: readonly SelectOption<string>[]
  onChange: (configurationId: string) => void
}) {
  const { id, value, options, onChange } = props
  const [connecting, setConnecting] = useState(false)
  const mayConnect = useMay('repositories:create')
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  const chooseNew = async () => {
    const query = repositoriesQuery(organizationId)
    const known = queryClient.getQueryData(query.queryKey)?.items ?? []
    const { items } = await queryClient.fetchQuery({ ...query, staleTime: 0 })
    const added = items.find((one) => known.every((other) => other.id !== one.id))
    setConnecting(false)
    if (added !== undefined) onChange(added.configurationId)
  }
  return (
    <>
      <Select
        id={id}
        value={value}
        options={mayConnect ? [...options, { value: ANOTHER, label: 'Connect a repository…' }] : options}
        placeholder="Choose a repository"
        className="w-full border-line-strong"
        onChange={(chosen) => (chosen === ANOTHER ? setConnecting(true) : onChange(chosen))}
      />
      <Dialog
        open={connecting}
        onOpenChange={setConnecting}
        title="Connect a repository"
        description="Agents work on copies of it."
      >
        <RepositoryForm onConnected={chooseNew} />
      </Dialog>
    </>
  )
}
