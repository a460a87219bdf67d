import { ChevronsUpDown, KeyRound, LogOut, Monitor, Moon, ShieldUser, Sun, UserRound } from 'lucide-react'
import { Avatar } from '../../ui/avatar.tsx'
import { Menu, MenuChoices, MenuItem, MenuLine, MenuLink } from '../../ui/menu.tsx'
import { chooseTheme, useTheme } from '../../ui/theme.ts'
import { useMe } from './me.ts'
import { useSignOut } from './use-sign-out.ts'
import { cx } from '../../ui/class-names.ts'

const THEMES = [
  { value: 'light', label: 'Light', icon: <Sun aria-hidden /> },
  { value: 'dark', label: 'Dark', icon: <Moon aria-hidden /> },
  { value: 'system', label: 'System', icon: <Monitor aria-hidden /> },
] as const

/** The person at the foot of the sidebar; behind it what is theirs. */
export function UserMenu() {
  const { user, superAdmin } = useMe()
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
          <Avatar name={user.name} image={user.image} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{user.name}</span>
            <span className="block truncate text-xs text-ink-faint">{user.email}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-ink-faint" />
        </button>
      }
    >
      <MenuLink to="/settings/profile">
        <UserRound aria-hidden />
        Profile
      </MenuLink>
      <MenuLink to="/settings/api-keys">
        <KeyRound aria-hidden />
        API keys
      </MenuLink>
      {superAdmin ? (
        <MenuLink to="/admin/users">
          <ShieldUser aria-hidden />
          Admin
        </MenuLink>
      ) : null}
      <MenuLine />
      <MenuChoices label="Theme" value={chosen} choices={THEMES} onChoose={chooseTheme} />
      <MenuLine />
      <MenuItem onSelect={leave}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  )
}
