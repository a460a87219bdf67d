import type { AuditEntry } from '#schema/contracts/audit'
import { Tag } from '../../ui/badge.tsx'
import { Chevron } from '../../ui/chevron.tsx'
import { shortId } from '../../ui/format.ts'
import { ROW_LINK } from '../../ui/list.tsx'
import type { Column } from '../../ui/list.tsx'
import { Ago } from '../../ui/time.tsx'
import { doneInWords } from './in-words.ts'

interface Expansion {
  isOpen: (entry: AuditEntry) => boolean
  toggle: (entry: AuditEntry) => void
}

/**
 * Who did what to what, when, from where; each row opens and closes. Both columns are there on every screen, as the row
 * below needs it; what is in them makes room.
 */
export function auditColumns({ isOpen, toggle }: Expansion): readonly Column<AuditEntry>[] {
  return [
    {
      name: 'Who did what',
      cell: (entry) => (
        <div className="flex min-w-0 items-center gap-2">
          <Chevron open={isOpen(entry)} />
          <div className="flex min-w-0 flex-1 flex-col-reverse md:flex-row md:gap-3">
            <Actor actor={entry.actor} />
            <p className="min-w-0 flex-1 truncate">
              <button
                type="button"
                data-row
                aria-expanded={isOpen(entry)}
                className={ROW_LINK}
                onClick={() => toggle(entry)}
              >
                {doneInWords(entry.verb, entry.subject.kind)}
              </button>{' '}
              <span className="text-ink-soft">{nameOf(entry.subject)}</span>
            </p>
          </div>
        </div>
      ),
    },
    {
      name: 'When',
      cell: ({ at, ip }) => (
        <p className="flex items-baseline justify-end gap-4 whitespace-nowrap text-ink-faint">
          <span className="hidden truncate font-mono text-xs xl:inline">{ip}</span>
          <Ago at={at} className="text-sm xl:w-22" />
        </p>
      ),
      className: 'w-24 text-right md:w-28 xl:w-64',
    },
  ]
}

function Actor({ actor }: { actor: AuditEntry['actor'] }) {
  return (
    <p className="flex min-w-0 items-center gap-2 text-xs text-ink-soft md:w-60 md:text-base md:text-ink">
      <span className="truncate">{actor.name}</span>
      {actor.kind === 'api_key' ? <Tag>API key</Tag> : null}
      {actor.impersonatedBy === null ? null : <Tag className="border-warn text-warn">Impersonated</Tag>}
    </p>
  )
}

function nameOf({ id, label }: AuditEntry['subject']): string {
  return label ?? (id === null ? '' : shortId(id))
}
