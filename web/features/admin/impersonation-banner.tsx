import { Eye } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { formatMoment } from '../../ui/format.ts'
import { useMe } from '../identity/me.ts'
import { useStopImpersonating } from './use-impersonation.ts'

/** Across the top, whenever a super admin sees the product as somebody else. */
export function ImpersonationBanner() {
  const { user, organization, impersonation } = useMe()
  const { mutate, isPending } = useStopImpersonating()
  if (impersonation === null) return null
  return (
    <aside
      aria-label="Impersonation"
      className="flex shrink-0 items-center gap-3 border-b border-line bg-ink px-4 py-1.5 text-sm text-page"
    >
      <Eye aria-hidden className="size-4 shrink-0 max-sm:hidden" />
      <p className="min-w-0 flex-1">
        <strong className="font-semibold">{impersonation.adminName}</strong>, you see {organization?.name} as{' '}
        <strong className="font-semibold break-words">{user.name}</strong>
        <span className="opacity-80 max-sm:hidden"> ({user.email})</span>
        <span className="opacity-80"> until {formatMoment(impersonation.expiresAt)}</span>
      </p>
      <Button size="small" disabled={isPending} onClick={() => mutate()}>
        {isPending ? 'Stopping…' : 'Stop'}
      </Button>
    </aside>
  )
}
