import { ChevronsUpDown, Plus } from 'lucide-react'
import { useState } from 'react'
import type { Me } from '#schema/contracts/identity'
import { Avatar } from '../../ui/avatar.tsx'
import { cx } from '../../ui/class-names.ts'
import { Menu, MenuChoices, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { useMe } from '../identity/me.ts'
import { CreateOrganizationDialog } from './create-organization-dialog.tsx'
import { useEnterOrganization } from './enter-organization.ts'
import { roleLabel } from './role-label.ts'

type Own = Me['organizations'][number]

/** The organization one is in, at the head of the sidebar; behind it the others. */
export function OrganizationSwitcher() {
  const { organization, organizations } = useMe()
  const [creating, setCreating] = useState(false)
  const enter = useEnterOrganization()
  const current = organization?.id ?? ''
  const logo = organizations.find(({ id }) => id === current)?.logo ?? null
  const choices = organizations.map((own) => ({ value: own.id, label: own.name, icon: <Sign of={own} size="tiny" />, hint: hintOf(own) }))
  return (
    <>
      <Menu
        trigger={
          <button
            type="button"
            aria-label={`Organization: ${organization?.name ?? 'none'}`}
            className={cx(
              'flex h-8 max-w-full min-w-0 items-center gap-2 rounded-md px-1.5 text-left transition-colors',
              'hover:bg-hover focus-visible:-outline-offset-2 data-[state=open]:bg-hover',
            )}
          >
            <Sign of={{ name: organization?.name ?? '', logo }} />
            <span className="truncate font-semibold">{organization?.name}</span>
            <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
          </button>
        }
      >
        <MenuChoices
          label="Organizations"
          value={current}
          choices={choices}
          onChoose={(id) => {
            if (id !== current) enter(id)
          }}
        />
        <MenuLine />
        <MenuItem onSelect={() => setCreating(true)}>
          <Plus aria-hidden />
          Create organization…
        </MenuItem>
      </Menu>
      <CreateOrganizationDialog open={creating} onOpenChange={setCreating} onCreated={({ id }) => enter(id)} />
    </>
  )
}

/** How an organization is told from others at a glance. */
function Sign({ of, size = 'small' }: { of: Pick<Own, 'name' | 'logo'>; size?: 'tiny' | 'small' }) {
  return <Avatar name={of.name} image={of.logo} size={size} shape="square" />
}

function hintOf({ role, isPersonal }: Own): string {
  return isPersonal ? 'Personal' : roleLabel(role)
}
