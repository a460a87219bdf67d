import { Monitor, Moon, Sun } from 'lucide-react'
import { cx } from '../../ui/class-names.ts'
import { Page, PageHeader } from '../../ui/page.tsx'
import { Panel, PanelRow, SettingsColumn } from '../../ui/panel.tsx'
import { chooseTheme, useTheme } from '../../ui/theme.ts'
import { useTitle } from '../../ui/title.ts'
import { useMe } from '../identity/me.ts'
import { Browsers } from './browsers.tsx'
import { EmailRow } from './email-row.tsx'
import { PasswordRow } from './password-row.tsx'
import { ProfileForm } from './profile-form.tsx'
import { SignInWays } from './sign-in-ways.tsx'

/** What belongs to the person, whichever organization they look at. */
export function ProfilePage() {
  const { user, impersonation } = useMe()
  useTitle('Profile')
  return (
    <Page header={<PageHeader title="Profile" />}>
      <SettingsColumn>
        <Panel title="You">
          <ProfileForm key={user.id} user={user} locked={impersonation !== null} />
        </Panel>
        {impersonation === null ? <OwnAccount /> : <NotYours name={user.name} />}
        <Panel title="Theme" description="For this browser.">
          <Themes />
        </Panel>
      </SettingsColumn>
    </Page>
  )
}

function OwnAccount() {
  return (
    <>
      <Panel title="Signing in" description="How you prove that it is you.">
        <EmailRow />
        <PasswordRow />
        <SignInWays />
      </Panel>
      <Browsers />
    </>
  )
}

function NotYours({ name }: { name: string }) {
  return (
    <Panel title="Signing in">
      <PanelRow title="Not yours to change">
        Password, connected sign-ins and signed-in browsers are {name}’s alone. Stop impersonating to see your own.
      </PanelRow>
    </Panel>
  )
}

const THEMES = [
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'system', label: 'System', icon: Monitor },
] as const

function Themes() {
  const { chosen } = useTheme()
  return (
    <fieldset className="grid grid-cols-3 gap-2 p-3">
      <legend className="sr-only">Theme</legend>
      {THEMES.map(({ value, label, icon: Icon }) => (
        <label
          key={value}
          className={cx(
            'flex h-9 min-w-0 cursor-pointer items-center gap-2 rounded-md border border-line px-2.5 text-sm',
            'text-ink-soft transition-colors hover:bg-hover has-checked:border-ink has-checked:font-medium',
            'has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-ink',
          )}
        >
          <input
            type="radio"
            name="theme"
            className="sr-only"
            checked={chosen === value}
            onChange={() => chooseTheme(value)}
          />
          <Icon aria-hidden className="size-3.5 shrink-0" />
          <span className="truncate">{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
