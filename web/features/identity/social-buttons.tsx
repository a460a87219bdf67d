import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from '../../ui/button.tsx'
import { InlineError } from '../../ui/states.tsx'
import { authOptionsQuery } from './auth-options.ts'
import { safeNext } from './safe-next.ts'
import { startSocialSignIn } from './sign-in.ts'

const PROVIDERS = [
  { name: 'github', label: 'Continue with GitHub' },
  { name: 'google', label: 'Continue with Google' },
] as const

/** Sign-in through others, where this deployment has it. Without an answer about that, the form below is enough. */
export function SocialButtons({ next }: { next: string | undefined }) {
  const { data: options } = useQuery(authOptionsQuery)
  const leaving = useMutation({
    mutationFn: (provider: 'github' | 'google') => startSocialSignIn(provider, safeNext(next)),
    onSuccess: (url) => location.assign(url),
  })
  const offered = PROVIDERS.filter(({ name }) => options?.[name])
  if (offered.length === 0) return null
  return (
    <div className="grid gap-2">
      {offered.map(({ name, label }) => (
        <Button key={name} className="h-9" disabled={leaving.isPending} onClick={() => leaving.mutate(name)}>
          {label}
        </Button>
      ))}
      {leaving.error === null ? null : <InlineError>This did not work. Sign in another way, or try again.</InlineError>}
      <p className="flex items-center gap-3 pt-2 text-xs text-ink-faint">
        <span aria-hidden className="h-px flex-1 bg-line" />
        or
        <span aria-hidden className="h-px flex-1 bg-line" />
      </p>
    </div>
  )
}
