import type { AuditEntry } from '#schema/contracts/audit'
import { Copyable } from '../../ui/copy.tsx'
import { formatMoment } from '../../ui/format.ts'
import { Fact, Facts } from '../../ui/page.tsx'
import { changesOf } from './changes-of.ts'
import type { Change } from './changes-of.ts'

/** What an entry holds besides its line: what changed, and where it came from. */
export function AuditDetails({ entry }: { entry: AuditEntry }) {
  const changes = changesOf(entry.before, entry.after)
  return (
    <div className="grid gap-4 bg-surface px-4 py-3.5 md:px-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      {changes.length === 0 ? (
        <p className="text-sm text-ink-faint">No values were recorded.</p>
      ) : (
        <Changes changes={changes} />
      )}
      <Facts>
        <Fact name="At">{formatMoment(entry.at)}</Fact>
        {entry.actor.id === null ? null : (
          <Fact name="Person">
            <Copyable text={entry.actor.id} name="id of the person" />
          </Fact>
        )}
        {entry.actor.impersonatedBy === null ? null : (
          <Fact name="Really by">
            <Copyable text={entry.actor.impersonatedBy} name="id of the admin" />
          </Fact>
        )}
        {entry.subject.id === null ? null : (
          <Fact name="Subject">
            <Copyable text={entry.subject.id} name="subject id" />
          </Fact>
        )}
        <Fact name="From">
          <span className="font-mono text-xs">{entry.ip ?? 'unknown'}</span>
        </Fact>
        {entry.userAgent === null ? null : <Fact name="Program">{entry.userAgent}</Fact>}
        {entry.requestId === null ? null : (
          <Fact name="Request">
            <Copyable text={entry.requestId} name="request id" />
          </Fact>
        )}
        {entry.traceId === null ? null : (
          <Fact name="Trace">
            <Copyable text={entry.traceId} name="trace id" />
          </Fact>
        )}
      </Facts>
    </div>
  )
}

function Changes({ changes }: { changes: Change[] }) {
  return (
    <table aria-label="Changes" className="w-full table-fixed self-start border-collapse text-left text-sm">
      <thead>
        <tr className="text-xs text-ink-faint">
          <th scope="col" className="w-1/4 pb-1 font-normal">
            Property
          </th>
          <th scope="col" className="px-2 pb-1 font-normal">
            Before
          </th>
          <th scope="col" className="px-2 pb-1 font-normal">
            After
          </th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, before, after }) => (
          <tr key={name} className="border-t border-line align-top">
            <th scope="row" className="py-1.5 pr-2 font-mono text-xs font-normal break-words text-ink-soft">
              {name}
            </th>
            <Value text={before} className="bg-deleted" />
            <Value text={after} className="bg-added" />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Value({ text, className }: { text: string | null; className: string }) {
  return (
    <td className={`px-2 py-1.5 font-mono text-xs break-words whitespace-pre-wrap ${text === null ? '' : className}`}>
      {text}
    </td>
  )
}
