import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Repository } from '#schema/contracts/repositories'
import { StateBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { List } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { EditRepository } from './edit-repository.tsx'
import { everyRepository, repositoryListQuery } from './queries.ts'
import { RepositoryForm } from './repository-form.tsx'

const COLUMNS: readonly Column<Repository>[] = [
  { name: 'Repository', cell: (repository) => <NameCell repository={repository} /> },
  {
    name: 'Branch',
    cell: ({ defaultBranch }) => <p className="truncate font-mono text-xs text-ink-soft">{defaultBranch}</p>,
    className: 'hidden w-36 md:table-cell',
  },
  {
    name: 'Credential',
    cell: ({ hasCredential }) => <Credential isKept={hasCredential} />,
    className: 'w-26 md:w-32',
  },
  {
    name: 'Changed',
    cell: ({ updatedAt }) => <Ago at={updatedAt} className="text-sm text-ink-faint" />,
    className: 'hidden w-32 md:table-cell',
  },
  {
    name: 'Actions',
    isNameHidden: true,
    cell: (repository) => <EditRepository repository={repository} />,
    className: 'w-16 text-right',
  },
]

function NameCell({ repository: { name, url } }: { repository: Repository }) {
  return (
    <div className="min-w-0">
      <p className="truncate font-medium" title={name}>
        {name}
      </p>
      <p className="truncate font-mono text-xs text-ink-faint" title={url}>
        {url}
      </p>
    </div>
  )
}

function Credential({ isKept }: { isKept: boolean }) {
  return isKept ? <StateBadge tone="good">Kept</StateBadge> : <span className="text-sm text-ink-faint">None</span>
}

/** The repositories that agents may work on. */
export function RepositoriesPage() {
  const query = useInfiniteQuery(repositoryListQuery(useOrganizationId()))
  const mayConnect = useMay('repositories:create')
  const [connecting, setConnecting] = useState(false)
  useTitle('Repositories')
  const connect = mayConnect ? (
    <Button look="primary" size="small" onClick={() => setConnecting(true)}>
      <Plus aria-hidden />
      Connect repository
    </Button>
  ) : null
  const isEmpty = query.data?.pages[0]?.items.length === 0
  const empty = (
    <EmptyState title="No repositories yet" action={connect}>
      Agents work on copies of repositories. Connect one by its URL; a private one with a token.
    </EmptyState>
  )
  return (
    <Page header={<PageHeader title="Repositories">{isEmpty ? null : connect}</PageHeader>}>
      <List label="Repositories" query={query} columns={COLUMNS} empty={empty} />
      <ConnectDialog open={connecting} onOpenChange={setConnecting} />
    </Page>
  )
}

function ConnectDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const showIt = async () => {
    await queryClient.invalidateQueries({ queryKey: everyRepository(organizationId) })
    onOpenChange(false)
    toast.success('Connected')
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Connect a repository"
      description="Agents work on copies of it. One of the same name gets what is given here, the credential too."
    >
      <RepositoryForm onConnected={showIt} />
    </Dialog>
  )
}
