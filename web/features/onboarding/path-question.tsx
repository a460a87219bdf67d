import { Building2, User } from 'lucide-react'
import { explainError } from '../../client.ts'
import { cx } from '../../ui/class-names.ts'
import { InlineError } from '../../ui/states.tsx'
import type { Path } from './steps.ts'
import { useNote } from './use-onboarding.ts'
import { Suggestions } from '../identity/no-organization.tsx'
import { useEnterOrganization } from '../organizations/enter-organization.ts'

const PATHS = [
  { value: 'developer', label: 'Just me', told: 'Connect a repository and start.', icon: User },
  { value: 'organization', label: 'My team', told: 'An organization with members of its own.', icon: Building2 },
] as const

/** For whom the product is: that decides which steps there are. Who can join a team instead is told so. */
export function PathQuestion({ chosen, onAnswered }: { chosen: Path | null; onAnswered: () => void }) {
  const { mutate, isPending, error } = useNote()
  const enter = useEnterOrganization()
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="grid gap-2">
        {PATHS.map(({ value, label, told, icon: Icon }) => (
          <button
            key={value}
            type="button"
            disabled={isPending}
            aria-current={chosen === value ? 'step' : undefined}
            onClick={() => mutate({ path: value }, { onSuccess: onAnswered })}
            className={cx(
              'flex items-center gap-3 rounded-lg border border-line bg-raised px-4 py-3 text-left transition-colors',
              'hover:border-line-strong hover:bg-hover disabled:opacity-60',
            )}
          >
            <Icon aria-hidden className="size-4 shrink-0 text-ink-soft" strokeWidth={1.75} />
            <span className="min-w-0">
              <span className="block font-medium">{label}</span>
              <span className="block text-sm text-ink-faint">{told}</span>
            </span>
          </button>
        ))}
      </div>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Suggestions title="Or join your team" onJoined={enter} />
    </div>
  )
}
