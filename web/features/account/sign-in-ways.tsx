import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { PanelRow } from '../../ui/panel.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { toast } from 'sonner'
import { authOptionsQuery } from '../identity/auth-options.ts'
import { disconnectSignIn, isStale, signInWaysQuery, startConnecting } from './own-account.ts'
import type { SignInWay } from './own-account.ts'

const PROVIDERS = [
  { name: 'github', label: 'GitHub' },
  { name: 'google', label: 'Google' },
] as const
type Provider = (typeof PROVIDERS)[number]

/** Sign-ins at others: those that are connected, and those that this deployment offers. */
export function SignInWays() {
  const { data: ways, error, refetch } = useQuery(signInWaysQuery)
  const { data: options } = useQuery(authOptionsQuery)
  if (error !== null) {
    return (
      <PanelRow title="Connected sign-ins" action={<Button onClick={() => void refetch()}>Try again</Button>}>
        <span role="alert">They could not be loaded: {error.message}</span>
      </PanelRow>
    )
  }
  if (ways === undefined) return <Skeleton className="m-4 h-8" />
  return PROVIDERS.map((provider) => {
    const way = ways.find(({ providerId }) => providerId === provider.name)
    if (way !== undefined) return <Connected key={provider.name} {...{ provider, way }} last={ways.length < 2} />
    return options?.[provider.name] ? <Offered key={provider.name} provider={provider} /> : null
  })
}

function Connected({ provider, way, last }: { provider: Provider; way: SignInWay; last: boolean }) {
  const queryClient = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: () => disconnectSignIn(way.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: signInWaysQuery.queryKey }),
    onError: (error) => {
      const description = isStale(error) ? 'Sign out and in again first, to prove that it is you.' : error.message
      toast.error(`${provider.label} is still connected`, { description })
    },
  })
  const disconnect = (
    <Confirm
      trigger={
        <Button look="danger" disabled={isPending}>
          Disconnect
        </Button>
      }
      title={`Disconnect ${provider.label}?`}
      description={`You will no longer be able to sign in with ${provider.label}. Your other ways stay.`}
      action="Disconnect"
      onConfirm={() => mutate()}
    />
  )
  return (
    <PanelRow title={provider.label} action={last ? null : disconnect}>
      Connected <Ago at={way.createdAt} />
      {last ? '; it is your only way to sign in' : ''}
    </PanelRow>
  )
}

function Offered({ provider }: { provider: Provider }) {
  const { mutate, isPending } = useMutation({
    mutationFn: () => startConnecting(provider.name),
    onSuccess: (url) => location.assign(url),
    onError: (error) => toast.error(`${provider.label} was not connected`, { description: error.message }),
  })
  return (
    <PanelRow
      title={provider.label}
      action={
        <Button disabled={isPending} onClick={() => mutate()}>
          Connect
        </Button>
      }
    >
      Not connected. It must have the same email address.
    </PanelRow>
  )
}
