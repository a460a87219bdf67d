import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { ApiKey } from '#schema/contracts/identity'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'
import { formatMoment } from '../../ui/format.ts'
import { List } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { useNow } from '../../ui/now.ts'
import { Page, PageHeader } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMe } from '../identity/me.ts'
import { apiKeysQuery, MAX_API_KEYS } from './api-keys.ts'
import { CreateApiKeyDialog } from './create-api-key-dialog.tsx'
import { DeleteApiKey } from './delete-api-key.tsx'
import { expiryOf } from './expiry.ts'
import { scopeSummary } from './scope-words.ts'

const COLUMNS: readonly Column<ApiKey>[] = [
  { name: 'Name', cell: (key) => <NameCell apiKey={key} /> },
  {
    name: 'Organization',
    cell: ({ organizationName }) => <p className="truncate text-sm text-ink-soft">{organizationName}</p>,
    className: 'hidden w-36 lg:table-cell',
  },
  {
    name: 'Permissions',
    cell: ({ scopes }) => (
      <p className="truncate text-sm text-ink-soft" title={scopes.join(', ')}>
        {scopeSummary(scopes)}
      </p>
    ),
    className: 'hidden w-52 xl:table-cell',
  },
  { name: 'Expires', cell: ({ expiresAt }) => <Expiry at={expiresAt} />, className: 'w-26' },
  {
    name: 'Last used',
    cell: ({ lastUsedAt }) =>
      lastUsedAt === null ? (
        <span className="text-sm text-ink-faint">Never</span>
      ) : (
        <Ago at={lastUsedAt} className="text-sm text-ink-faint" />
      ),
    className: 'hidden w-28 md:table-cell',
  },
]

const DELETE: Column<ApiKey> = {
  name: 'Actions',
  isNameHidden: true,
  cell: (key) => <DeleteApiKey apiKey={key} />,
  className: 'w-20 text-right',
}

function NameCell({ apiKey }: { apiKey: ApiKey }) {
  return (
    <div className="min-w-0">
      <p className="truncate font-medium" title={apiKey.name}>
        {apiKey.name}
      </p>
      <p className="truncate text-xs text-ink-faint">
        <span className="font-mono">{apiKey.start}…</span>
        <span className="lg:hidden"> · {apiKey.organizationName}</span>
      </p>
    </div>
  )
}

const MINUTE_MS = 60_000
const INKS = { plain: 'text-ink-faint', soon: 'text-warn', over: 'text-bad' } as const

function Expiry({ at }: { at: string | null }) {
  const { words, tone } = expiryOf(at, useNow(MINUTE_MS))
  return (
    <span title={at === null ? undefined : formatMoment(at)} className={cx('text-sm', INKS[tone])}>
      {words}
    </span>
  )
}

/** One's own keys: programs act by them as this person, in one organization, as far as their scopes go. */
export function ApiKeysPage() {
  const { impersonation } = useMe()
  const query = useInfiniteQuery(apiKeysQuery)
  const [creating, setCreating] = useState(false)
  useTitle('API keys')
  const count = query.data?.pages.flatMap(({ items }) => items).length ?? 0
  const full = count >= MAX_API_KEYS
  const create =
    impersonation === null ? (
      <Button look="primary" size="small" disabled={full} onClick={() => setCreating(true)}>
        <Plus aria-hidden />
        New API key
      </Button>
    ) : null
  return (
    <Page header={<PageHeader title="API keys">{create}</PageHeader>}>
      <List label="API keys" query={query} columns={impersonation === null ? [...COLUMNS, DELETE] : COLUMNS} empty={<NoKeys />} />
      {count === 0 ? null : (
        <p className="px-4 py-3 text-xs text-ink-faint md:px-5">
          {count} of at most {MAX_API_KEYS} keys{full ? '. Delete one to make another' : ''}.
        </p>
      )}
      <CreateApiKeyDialog open={creating} onOpenChange={setCreating} />
    </Page>
  )
}

function NoKeys() {
  return (
    <EmptyState title="No API keys yet">
      Programs use a key to act as you, in one organization, and only as far as you allow.
    </EmptyState>
  )
}
