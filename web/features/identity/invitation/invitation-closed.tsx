import { Link } from '@tanstack/react-router'
import { buttonStyles } from '../../../ui/button.tsx'
import { cx } from '../../../ui/class-names.ts'
import { Entrance } from '../../../ui/entrance.tsx'

/** An invitation that nobody can answer: the API does not tell strangers whether there ever was one. */
export function InvitationClosed({ because }: { because?: string }) {
  return (
    <Entrance
      title="This invitation is not open"
      lead={because ?? 'It was accepted, declined, taken back or has expired, or the link is incomplete.'}
      foot={<p>To join, ask whoever invited you for a new invitation.</p>}
    >
      <Link to="/" className={cx(buttonStyles(), 'h-9')}>
        Go to the dashboard
      </Link>
    </Entrance>
  )
}
