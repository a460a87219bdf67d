import { ChevronDown, ChevronUp, Search } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Input } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { JsonTree } from './json-tree.tsx'
import { partsOf, pathKey, searchJson } from './search-json.ts'

/** What was received: a document to open, to search in, and to copy. */
export function PayloadViewer({ payload }: { payload: unknown }) {
  if (payload === null) {
    return (
      <Section title="Payload">
        <p className="text-sm text-ink-faint">The body is not JSON, or too large to show here.</p>
      </Section>
    )
  }
  return <Viewer payload={payload} />
}

function Viewer({ payload }: { payload: unknown }) {
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const found = useMemo(() => searchJson(payload, wanted), [payload, wanted])
  const [at, setAt] = useState(0)
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const current = found.hits.length === 0 ? null : (found.hits[at % found.hits.length] ?? null)
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (current !== null) frame.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [current])
  const look = (next: string) => {
    setText(next)
    setAt(0)
    // What was closed before would hide what is found.
    setToggled(new Map())
  }
  const go = (step: number) => setAt((at + step + found.hits.length) % Math.max(1, found.hits.length))
  const whole = JSON.stringify(payload, null, 2)
  return (
    <Section
      title="Payload"
      aside={
        <>
          <CopyButton text={whole} name="payload" />
          <Openers onOpenAll={(open) => setToggled(open ? branchesOf(payload) : new Map([[pathKey([]), false]]))} />
        </>
      }
    >
      <div className="rounded-lg border border-line bg-surface">
        <SearchBar text={text} onText={look} hits={found.hits.length} at={at} onGo={go} />
        <div ref={frame} className="max-h-[32rem] overflow-auto px-2.5 py-2">
          <JsonTree
            value={payload}
            state={{
              found,
              current,
              toggled,
              toggle: (key, open) => setToggled(new Map(toggled).set(key, open)),
            }}
          />
        </div>
      </div>
    </Section>
  )
}

function Openers({ onOpenAll }: { onOpenAll: (open: boolean) => void }) {
  return (
    <span className="ml-auto flex">
      <Button look="quiet" size="small" onClick={() => onOpenAll(true)}>
        Open all
      </Button>
      <Button look="quiet" size="small" onClick={() => onOpenAll(false)}>
        Close all
      </Button>
    </span>
  )
}

function SearchBar(props: {
  text: string
  onText: (text: string) => void
  hits: number
  at: number
  onGo: (step: number) => void
}) {
  const { text, onText, hits, at, onGo } = props
  const handleKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onGo(event.shiftKey ? -1 : 1)
  }
  const told = hits === 0 ? 'Nothing found' : `${(at % hits) + 1} of ${hits}`
  return (
    <div className="flex items-center gap-1 border-b border-line px-2 py-1.5">
      <Search aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
      <Input
        type="search"
        aria-label="Search in payload"
        placeholder="Search in payload"
        value={text}
        className="h-6 min-w-0 flex-1 border-transparent bg-transparent px-1 text-sm hover:border-line"
        onChange={({ target }) => onText(target.value)}
        onKeyDown={handleKey}
      />
      <span role="status" className="text-xs whitespace-nowrap text-ink-faint">
        {text.trim() === '' ? '' : told}
      </span>
      <Button look="quiet" size="icon" aria-label="Previous hit" disabled={hits < 2} onClick={() => onGo(-1)}>
        <ChevronUp aria-hidden />
      </Button>
      <Button look="quiet" size="icon" aria-label="Next hit" disabled={hits < 2} onClick={() => onGo(1)}>
        <ChevronDown aria-hidden />
      </Button>
    </div>
  )
}

/** More objects and lists than that stay closed: a payload may have tens of thousands. */
const OPENED_MOST = 2_000

function branchesOf(payload: unknown): Map<string, boolean> {
  const open = new Map<string, boolean>()
  const waiting: { value: unknown; path: (string | number)[] }[] = [{ value: payload, path: [] }]
  for (let next = waiting.shift(); next !== undefined && open.size < OPENED_MOST; next = waiting.shift()) {
    const parts = partsOf(next.value)
    if (parts === null) continue
    open.set(pathKey(next.path), true)
    for (const [name, value] of parts) waiting.push({ value, path: [...next.path, name] })
  }
  return open
}
