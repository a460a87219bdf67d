import { useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Chevron } from '../../ui/chevron.tsx'
import { cx } from '../../ui/class-names.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { counted } from '../../ui/format.ts'
import { partsOf, pathKey } from './search-json.ts'
import type { Found, JsonPath } from './search-json.ts'

/** Levels that are open from the start. */
const OPEN_DEPTH = 2
/** More parts than that are shown on demand, so that a list of thousands does not stop the page. */
const PARTS_SHOWN = 100

/** Which parts of a document are open, and what of it is marked. */
export interface TreeState {
  found: Found
  /** The hit that was gone to last. */
  current: string | null
  /** What the person opened and closed; the rest is as its depth and the search have it. */
  toggled: ReadonlyMap<string, boolean>
  toggle: (key: string, open: boolean) => void
}

/** A JSON document whose objects and lists open and close. */
export function JsonTree({ value, state }: { value: unknown; state: TreeState }) {
  return (
    <ul aria-label="Payload" className="font-mono text-xs leading-5">
      <JsonNode value={value} path={[]} state={state} />
    </ul>
  )
}

interface NodeProps {
  value: unknown
  path: JsonPath
  state: TreeState
}

function JsonNode({ value, path, state }: NodeProps) {
  const parts = partsOf(value)
  if (parts === null || parts.length === 0) {
    return (
      <Line path={path} state={state} copied={value}>
        <span className="w-3 shrink-0" />
        <Key path={path} />
        <Simple value={value} />
      </Line>
    )
  }
  return <Branch value={value} path={path} state={state} parts={parts} />
}

function Branch({ value, path, state, parts }: NodeProps & { parts: [string | number, unknown][] }) {
  const key = pathKey(path)
  const isOpen = state.toggled.get(key) ?? (path.length < OPEN_DEPTH || state.found.around.has(key))
  const [shown, setShown] = useState(PARTS_SHOWN)
  const isList = Array.isArray(value)
  const size = isList ? counted(parts.length, 'item') : counted(parts.length, 'key')
  return (
    <Line path={path} state={state} copied={value}>
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex min-w-0 items-baseline rounded text-left hover:bg-hover"
        onClick={() => state.toggle(key, !isOpen)}
      >
        <Chevron open={isOpen} className="self-center" />
        <Key path={path} />
        <span className="text-ink-faint">
          {isList ? '[' : '{'}
          {isOpen ? '' : ` ${size} ${isList ? ']' : '}'}`}
          <span className="sr-only">{path.length === 0 ? 'the whole payload' : ''}</span>
        </span>
      </button>
      {isOpen ? (
        <ul className="basis-full border-l border-line pl-2 ml-[5px]">
          {visible(parts, shown, state).map(([name, part]) => (
            <JsonNode key={name} value={part} path={[...path, name]} state={state} />
          ))}
          <More count={parts.length - shown} onMore={() => setShown(shown + PARTS_SHOWN)} />
        </ul>
      ) : null}
    </Line>
  )
}

/** While something is looked for, a long list shows everything: the hit may be anywhere in it. */
function visible<Part>(parts: readonly Part[], shown: number, state: TreeState): readonly Part[] {
  return state.current === null ? parts.slice(0, shown) : parts
}

function More({ count, onMore }: { count: number; onMore: () => void }) {
  if (count <= 0) return null
  return (
    <li>
      <Button size="small" look="quiet" onClick={onMore}>
        {`Show more of ${count} left`}
      </Button>
    </li>
  )
}

function Line({ path, state, copied, children }: Omit<NodeProps, 'value'> & { copied: unknown; children: ReactNode }) {
  const key = pathKey(path)
  const isHit = state.found.marked.has(key)
  return (
    <li
      data-hit={isHit ? key : undefined}
      aria-current={state.current === key ? 'true' : undefined}
      className={cx(
        'group/line relative flex scroll-m-12 flex-wrap items-baseline rounded pr-6',
        isHit && 'bg-added',
        state.current === key && 'outline outline-ink-faint',
      )}
    >
      {children}
      <CopyButton
        text={typeof copied === 'string' ? copied : JSON.stringify(copied, null, 2)}
        name={path.length === 0 ? 'payload' : path.join('.')}
        className="absolute top-0 right-0 opacity-0 focus-visible:opacity-100 [li:hover>&]:opacity-100"
      />
    </li>
  )
}

function Key({ path }: { path: JsonPath }) {
  const name = path.at(-1)
  if (name === undefined) return null
  return <span className={cx('shrink-0 whitespace-pre', typeof name === 'number' && 'text-ink-faint')}>{name}: </span>
}

const INKS: Record<string, string> = { string: 'text-good', number: 'text-busy', boolean: 'text-warn' }

function Simple({ value }: { value: unknown }) {
  return (
    <span className={cx('min-w-0 break-all whitespace-pre-wrap', INKS[typeof value] ?? 'text-ink-faint')}>
      {JSON.stringify(value)}
    </span>
  )
}
