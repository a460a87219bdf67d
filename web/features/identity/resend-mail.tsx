import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { useNow } from '../../ui/now.ts'
import { InlineError } from '../../ui/states.tsx'
import { codeOf } from './ask-auth.ts'

const SECOND_MS = 1_000
/** How often the API mails to one address. */
const EVERY_MS = 60 * SECOND_MS
const TOO_SOON = 'auth.too_many_attempts'

/** Sends a mail again, once a minute. `sentBefore`: one has just gone out, so that the minute runs already. */
export function ResendMail({ send, sentBefore }: { send: () => Promise<void>; sentBefore: boolean }) {
  const [freeAt, setFreeAt] = useState(() => (sentBefore ? Date.now() + EVERY_MS : 0))
  const left = Math.ceil(Math.min(EVERY_MS, freeAt - useNow(SECOND_MS)) / SECOND_MS)
  const wait = () => setFreeAt(Date.now() + EVERY_MS)
  const sending = useMutation({
    mutationFn: send,
    onSuccess: wait,
    onError: (error) => {
      if (codeOf(error) === TOO_SOON) wait()
    },
  })
  const early = codeOf(sending.error) === TOO_SOON
  return (
    <div className="grid gap-2">
      <Button className="h-9" disabled={left > 0 || sending.isPending} onClick={() => sending.mutate()}>
        {left > 0 ? `Send the link again in ${left} s` : 'Send the link again'}
      </Button>
      <p role="status" className="text-sm text-ink-faint empty:hidden">
        {sending.isSuccess ? 'Sent. The email may take a minute.' : null}
        {early ? 'An email was sent less than a minute ago.' : null}
      </p>
      {sending.error === null || early ? null : <InlineError>{sending.error.message}</InlineError>}
    </div>
  )
}
