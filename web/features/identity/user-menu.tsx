import { ChevronsUpDown, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { Menu, MenuChoices, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { chooseTheme, useTheme } from '../../ui/theme.ts'
import { useSignOut } from './use-sign-out.ts'
import { cx } from '../../ui/class-names.ts'

const THEMES = [
  { value: 'light', label: 'Light', icon: <Sun aria-hidden /> },
  { value: 'dark', label: 'Dark', icon: <Moon aria-hidden /> },
  { value: 'system', label: 'System', icon: <Monitor aria-hidden /> },
] as const

export function UserMenu({ name, email }: { name: string; email: string }) {
  const { chosen } = useTheme()
  const leave = useSignOut()
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label="Your account"
          className={cx(
            'flex w-full min-w-0 items-center gap-2 rounded-md p-1.5 text-left transition-colors hover:bg-hover',
            'data-[state=open]:bg-hover',
          )}
        >
          <Initials name={name} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{name}</span>
            <span className="block truncate text-xs text-ink-faint">{email}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-ink-faint" />
        </button>
      }
    >
      <MenuChoices label="Theme" value={chosen} choices={THEMES} onChoose={chooseTheme} />
      <MenuLine />
      <MenuItem onSelect={leave}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  )
}

function Initials({ name }: { name: string }) {
  const words = name.split(/\s+/).filter((word) => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '').join('')
  return (
    <span
      aria-hidden
      className={cx(
        'grid size-6.5 shrink-0 place-items-center rounded-full border border-line bg-selected text-[10.5px]',
        'font-semibold uppercase',
      )}
    >
      {letters}
    </span>
  )
}
