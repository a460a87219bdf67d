import { FileDiff } from 'lucide-react'
import { memo, useId, useMemo, useState } from 'react'
import type { DiffFile } from '#schema/contracts/session-events'
import { Chevron } from '../../ui/chevron.tsx'
import { cx } from '../../ui/class-names.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { counted } from '../../ui/format.ts'
import { EmptyState } from '../../ui/states.tsx'
import { parseUnifiedDiff } from './unified-diff.ts'
import type { DiffHunk, DiffLine, FilePatch } from './unified-diff.ts'

/** Files with more lines than this begin closed: few people came to read a lock file. */
const LONG_FILE_LINES = 400

export interface Diff {
  files: DiffFile[]
  patch: string
  truncated: boolean
}

/** Everything the session changed against the commit it started from. */
export function DiffView({ diff, ended }: { diff: Diff | null; ended: boolean }) {
  const patches = useMemo(() => new Map(parseUnifiedDiff(diff?.patch ?? '').map((file) => [file.path, file])), [diff])
  if (diff === null || diff.files.length === 0) {
    if (ended) return <EmptyState title="No changes">The agent changed no files.</EmptyState>
    return <EmptyState title="No changes yet">Changes show up here while the agent works.</EmptyState>
  }
  const added = diff.files.reduce((total, file) => total + file.additions, 0)
  const deleted = diff.files.reduce((total, file) => total + file.deletions, 0)
  return (
    <div className="p-3 md:p-4">
      <div className="mb-3 flex items-center gap-3 px-1 text-sm">
        <FileDiff aria-hidden className="size-3.5 text-ink-faint" />
        <span>{counted(diff.files.length, 'file')} changed</span>
        <Counts additions={added} deletions={deleted} />
      </div>
      {diff.files.length > 1 ? <FileList files={diff.files} /> : null}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {diff.files.map((file) => (
          <FileChanges key={file.path} file={file} patch={patches.get(file.path) ?? null} />
        ))}
      </div>
      {diff.truncated ? (
        <p className="px-1 pt-3 text-sm text-ink-faint">The diff is cut here: it is larger than what is shown.</p>
      ) : null}
    </div>
  )
}

const anchorOf = (path: string) => `file-${encodeURIComponent(path)}`

function FileList({ files }: { files: DiffFile[] }) {
  const show = (path: string) => {
    const target = document.getElementById(anchorOf(path))
    target?.scrollIntoView({ block: 'start' })
    target?.querySelector('button')?.focus({ preventScroll: true })
  }
  return (
    <ul aria-label="Changed files" className="mb-3 rounded-lg border border-line py-1">
      {files.map((file) => (
        <li key={file.path}>
          <button
            type="button"
            onClick={() => show(file.path)}
            className={cx(
              'flex w-full items-center gap-3 px-3 py-0.5 text-left hover:bg-hover focus-visible:-outline-offset-2',
            )}
          >
            <span className="min-w-0 flex-1 truncate font-mono text-xs">{file.path}</span>
            <Counts additions={file.additions} deletions={file.deletions} />
          </button>
        </li>
      ))}
    </ul>
  )
}

function Counts({ additions, deletions }: { additions: number; deletions: number }) {
  return (
    <span className="flex shrink-0 gap-1.5 font-mono text-xs tabular-nums">
      <span className="text-good">
        +{additions}
        <span className="sr-only"> added</span>
      </span>
      <span className="text-bad">
        −{deletions}
        <span className="sr-only"> deleted</span>
      </span>
    </span>
  )
}

const KINDS: Record<DiffFile['status'], string | null> = {
  added: 'new',
  deleted: 'deleted',
  renamed: 'renamed',
  modified: null,
}

const FileChanges = memo(function FileChanges({ file, patch }: { file: DiffFile; patch: FilePatch | null }) {
  const lines = patch?.hunks.reduce((total, hunk) => total + hunk.lines.length, 0) ?? 0
  const [open, setOpen] = useState(lines <= LONG_FILE_LINES)
  const panel = useId()
  return (
    <section id={anchorOf(file.path)} aria-label={file.path} className="rounded-lg border border-line">
      <div className="sticky top-0 flex items-center gap-1 rounded-t-lg bg-surface pr-2">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={open ? panel : undefined}
          onClick={() => setOpen(!open)}
          className="flex h-9 min-w-0 flex-1 items-center gap-2 pl-2.5 text-left"
        >
          <Chevron open={open} />
          <span className="truncate font-mono text-xs font-medium" title={file.path}>
            {patch?.previousPath == null ? file.path : `${patch.previousPath} → ${file.path}`}
          </span>
          {KINDS[file.status] === null ? null : (
            <span className="shrink-0 text-xs text-ink-faint">{KINDS[file.status]}</span>
          )}
        </button>
        <CopyButton text={file.path} name="path" />
        <Counts additions={file.additions} deletions={file.deletions} />
      </div>
      {open ? (
        <div id={panel} className="overflow-x-auto border-t border-line">
          <FileBody patch={patch} />
        </div>
      ) : null}
    </section>
  )
})

function FileBody({ patch }: { patch: FilePatch | null }) {
  if (patch === null || patch.hunks.length === 0) {
    const why = patch?.binary ? 'A binary file.' : patch === null ? 'Too large to show.' : 'No line changed.'
    return <p className="px-3 py-2 text-sm text-ink-faint">{why}</p>
  }
  return (
    <table className="w-full border-collapse font-mono text-xs leading-[19px]">
      {patch.hunks.map((hunk, index) => (
        <Hunk key={index} hunk={hunk} />
      ))}
    </table>
  )
}

function Hunk({ hunk }: { hunk: DiffHunk }) {
  return (
    <tbody>
      <tr className="bg-surface text-ink-faint">
        <td colSpan={3} className="px-3 py-0.5 whitespace-pre select-none">
          {hunk.header} {hunk.heading}
        </td>
      </tr>
      {hunk.lines.map((line, index) => (
        <Line key={index} line={line} />
      ))}
    </tbody>
  )
}

const SIGNS: Record<DiffLine['kind'], string> = { context: ' ', added: '+', deleted: '−' }
const LINE_COLORS: Record<DiffLine['kind'], string> = { context: '', added: 'bg-added', deleted: 'bg-deleted' }
const GUTTER_COLORS: Record<DiffLine['kind'], string> = {
  context: 'text-ink-faint',
  added: 'bg-added-gutter text-ink-soft',
  deleted: 'bg-deleted-gutter text-ink-soft',
}

function Line({ line }: { line: DiffLine }) {
  const gutter = cx('w-px min-w-9 px-2 text-right align-top tabular-nums select-none', GUTTER_COLORS[line.kind])
  return (
    <tr className={LINE_COLORS[line.kind]}>
      <td className={gutter}>{line.oldLine}</td>
      <td className={gutter}>{line.newLine}</td>
      <td className="pr-3 pl-2 whitespace-pre">
        <span className="inline-block w-4 select-none">{SIGNS[line.kind]}</span>
        {line.text}
      </td>
    </tr>
  )
}
