import { useRef, useState } from 'react'
import type { CSSProperties, KeyboardEvent, PointerEvent, ReactNode } from 'react'
import { cx } from './class-names.ts'

const KEY = 'session-split'
const DEFAULT_PERCENT = 56
const EVEN_PERCENT = 50
const STEP_PERCENT = 2
/** b8 §8.4: neither side gets narrower than this. */
const NARROWEST_PX = 360

/**
 * Two panes beside each other with a divider to drag; on narrow screens only the one that is `shown`. Double click
 * makes both equal; the width is remembered.
 */
export function Split(props: { left: ReactNode; right: ReactNode; shown: 'left' | 'right' }) {
  const box = useRef<HTMLDivElement>(null)
  const [percent, setPercent] = useState(readPercent)

  const move = (wanted: number) => {
    const width = box.current?.clientWidth ?? 0
    const least = width === 0 ? 0 : (NARROWEST_PX / width) * 100
    const next = Math.min(100 - least, Math.max(least, wanted))
    setPercent(next)
    keepPercent(next)
  }
  const drag = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect()
    if (rect === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    move(((event.clientX - rect.left) / rect.width) * 100)
  }
  const moveByKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -STEP_PERCENT : event.key === 'ArrowRight' ? STEP_PERCENT : 0
    if (step !== 0) move(percent + step)
  }

  return (
    <div
      ref={box}
      style={{ '--left': `${percent}%` } as CSSProperties}
      className="flex min-h-0 flex-1 lg:grid lg:grid-cols-[minmax(360px,var(--left))_1px_minmax(360px,1fr)]"
    >
      <div className={cx('min-h-0 min-w-0 flex-1 flex-col lg:flex', props.shown === 'left' ? 'flex' : 'hidden')}>
        {props.left}
      </div>
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the conversation"
        aria-valuenow={Math.round(percent)}
        aria-valuemin={0}
        aria-valuemax={100}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDoubleClick={() => move(EVEN_PERCENT)}
        onKeyDown={moveByKey}
        className={cx(
          'relative z-10 hidden cursor-col-resize touch-none bg-line transition-colors hover:bg-line-strong',
          "lg:block after:absolute after:inset-y-0 after:-left-1.5 after:w-3 after:content-['']",
        )}
      />
      <div className={cx('min-h-0 min-w-0 flex-1 flex-col lg:flex', props.shown === 'right' ? 'flex' : 'hidden')}>
        {props.right}
      </div>
    </div>
  )
}

function readPercent(): number {
  try {
    const kept = Number(localStorage.getItem(KEY))
    return kept > 0 && kept < 100 ? kept : DEFAULT_PERCENT
  } catch {
    return DEFAULT_PERCENT
  }
}

function keepPercent(percent: number): void {
  try {
    localStorage.setItem(KEY, String(Math.round(percent)))
  } catch {
    // Storage is switched off: the width holds until the page is left.
  }
}
