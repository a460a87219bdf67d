import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Panel, PanelRow } from '../../ui/panel.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useSignOut } from '../identity/use-sign-out.ts'
import { browserName } from './browser-name.ts'
import { browsersQuery, endBrowser, endOtherBrowsers, isStale } from './own-account.ts'
import type { Browser } from './own-account.ts'

/** Where the person is signed in, and the end of it. */
export function Browsers() {
  const { data } = useQuery(browsersQuery)
  const alone = data !== undefined && data.length < 2
  return (
    <Panel title="Signed-in browsers" description="A sign-in ends by itself after 7 days without use.">
      <BrowserRows />
      {alone ? null : <EndOthers />}
    </Panel>
  )
}

function BrowserRows() {
  const { data, error, refetch } = useQuery(browsersQuery)
  const signOut = useSignOut()
  if (data !== undefined) return data.map((browser) => <BrowserRow key={browser.id} browser={browser} />)
  if (error === null) return <Skeleton className="m-4 h-10" />
  if (isStale(error)) {
    return (
      <PanelRow title="Sign in again to see them" action={<Button onClick={signOut}>Sign out</Button>}>
        The list is shown only within a day of signing in.
      </PanelRow>
    )
  }
  return (
    <PanelRow title="They could not be loaded" action={<Button onClick={() => void refetch()}>Try again</Button>}>
      <span role="alert">{error.message}</span>
    </PanelRow>
  )
}

function BrowserRow({ browser }: { browser: Browser & { isHere: boolean } }) {
  const name = browserName(browser.userAgent)
  const { mutate, isPending } = useEnding(() => endBrowser(browser.token), `${name} is signed out`)
  const end = (
    <Button aria-label={`Sign out ${name}`} disabled={isPending} onClick={() => mutate()}>
      Sign out
    </Button>
  )
  return (
    <PanelRow title={name} action={browser.isHere ? <Tag>This browser</Tag> : end}>
      Signed in <Ago at={browser.createdAt} />
      {browser.ipAddress == null || browser.ipAddress === '' ? null : (
        <>
          {' from '}
          <span className="font-mono text-xs">{browser.ipAddress}</span>
        </>
      )}
    </PanelRow>
  )
}

function EndOthers() {
  const { mutate, isPending } = useEnding(endOtherBrowsers, 'All other browsers are signed out')
  return (
    <PanelRow
      title="All other browsers"
      action={
        <Confirm
          trigger={
            <Button look="danger" disabled={isPending}>
              Sign out everywhere else
            </Button>
          }
          title="Sign out everywhere else?"
          description="All your other browsers are signed out at once. This one stays signed in."
          action="Sign out"
          onConfirm={() => mutate()}
        />
      }
    >
      When a device is lost, or not yours.
    </PanelRow>
  )
}

function useEnding(mutationFn: () => Promise<void>, told: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSuccess: async () => {
      toast.success(told)
      await queryClient.invalidateQueries({ queryKey: browsersQuery.queryKey })
    },
    onError: (error) => toast.error('Nothing was signed out', { description: error.message }),
  })
}
