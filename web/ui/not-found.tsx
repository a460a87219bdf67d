import { Link } from '@tanstack/react-router'
import { buttonStyles } from './button.tsx'
import { EmptyState } from './states.tsx'
import { useTitle } from './title.ts'

export function NotFound({ what = 'page' }: { what?: string }) {
  useTitle('Not found')
  return (
    <div className="grid h-full place-items-center">
      <EmptyState
        title={`This ${what} does not exist`}
        action={
          <Link to="/dashboard/sessions" className={buttonStyles()}>
            Go to sessions
          </Link>
        }
      >
        Or it belongs to an organization you are not in. Check the address.
      </EmptyState>
    </div>
  )
}
