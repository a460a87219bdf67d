import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError, isStatus } from '../../client.ts'
import { Button, buttonStyles } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'
import { Entrance, EntranceSkeleton, INLINE_LINK } from '../../ui/entrance.tsx'
import { useTitle } from '../../ui/title.ts'
import { codeOf } from './ask-auth.ts'
import { EmailForm } from './email-form.tsx'
import { MailboxLink } from './mailbox/mailbox-link.tsx'
import { takeNext } from './pending-next.ts'
import { mailVerification, verifyEmail } from './sign-up.ts'

const VERIFY = 'verify-email'
const SPENT = ['INVALID_TOKEN', 'TOKEN_EXPIRED', 'USER_NOT_FOUND', 'VALIDATION_ERROR']

/** Where the link of the verification mail leads. */
export function VerifyEmailPage({ token }: { token: string }) {
  useTitle('Verify your address')
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [VERIFY, token],
    queryFn: () => verify(token),
    enabled: token !== '',
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
  if (data !== undefined) return data.next === null ? <VerifiedBefore /> : <GoOn next={data.next} />
  if (token === '' || SPENT.includes(codeOf(error) ?? '')) return <Spent expired={codeOf(error) === 'TOKEN_EXPIRED'} />
  if (error === null || isFetching) return <Entrance title="Verifying your address…" lead="This takes a moment." />
  return (
    <Entrance title="The address could not be verified" lead={codeOf(error) === null ? explainError(error).message : error.message}>
      <Button look="primary" className="h-9" onClick={() => void refetch()}>
        Try again
      </Button>
    </Entrance>
  )
}

/** Verifies, and says where to go on; null when that signed nobody in, because the link was used before. */
async function verify(token: string): Promise<{ next: string | null }> {
  await verifyEmail(token)
  try {
    await call(endpoints.me.show)
  } catch (error) {
    if (isStatus(error, 401)) return { next: null }
    throw error
  }
  return { next: takeNext() }
}

function GoOn({ next }: { next: string }) {
  const router = useRouter()
  const queryClient = useQueryClient()
  useEffect(() => {
    // Who was signed in before may have been somebody else.
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== VERIFY })
    void router.navigate({ href: next, replace: true })
  }, [queryClient, router, next])
  return <EntranceSkeleton />
}

function VerifiedBefore() {
  return (
    <Entrance title="Your address is verified" lead="Sign in to go on.">
      <Link to="/sign-in" className={cx(buttonStyles({ look: 'primary' }), 'h-9')}>
        Sign in
      </Link>
    </Entrance>
  )
}

function Spent({ expired }: { expired: boolean }) {
  const [sentTo, setSentTo] = useState<string | null>(null)
  return (
    <Entrance
      title={expired ? 'This link has expired' : 'This link is not valid'}
      lead="Links are good for 24 hours. We can send you a new one."
      foot={
        <p>
          Verified already?{' '}
          <Link to="/sign-in" className={INLINE_LINK}>
            Sign in
          </Link>
        </p>
      }
    >
      {sentTo === null ? (
        <EmailForm action="Send a new link" send={mailVerification} onSent={setSentTo} />
      ) : (
        <div role="status" className="grid gap-2 text-ink-soft">
          <p>If {sentTo} waits to be verified, a new link is on its way.</p>
          <div className="text-sm text-ink-faint">
            <MailboxLink />
          </div>
        </div>
      )}
    </Entrance>
  )
}
