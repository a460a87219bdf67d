import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { ConversationPart, PromptBubble } from './conversation-parts.tsx'
import { conversationOf, firstSeqOf } from './session-stream.ts'
import type { SessionStream } from './session-stream.ts'
import type { OutgoingPrompt } from './use-prompts.ts'

/** So close to its end a conversation counts as read to the end, and follows what is added. */
const NEAR_END_PX = 80

interface ConversationProps {
  stream: SessionStream
  outgoing: readonly OutgoingPrompt[]
  older: { loadOlder: () => Promise<void>; loadingOlder: boolean; olderFailed: boolean }
}

export function Conversation({ stream, outgoing, older }: ConversationProps) {
  const items = conversationOf(stream)
  const { box, following, toEnd, onScroll } = useFollowing(firstSeqOf(stream))
  return (
    <div className="relative min-h-0 flex-1">
      <div ref={box} onScroll={onScroll} className="h-full overflow-y-auto" data-conversation>
        <div className="mx-auto w-full max-w-3xl px-4 py-5 md:px-6">
          {stream.ready && firstSeqOf(stream) > 1 ? <OlderEvents box={box} {...older} /> : null}
          {stream.ready ? null : <ConversationSkeleton />}
          {/* Screen readers hear of turns by the status below; every syllable of a stream would be noise. */}
          <ol role="log" aria-live="off" aria-label="Conversation" className="grid gap-2.5">
            {items.map((item) => (
              <li key={`${item.kind}-${item.key}`} className="min-w-0">
                <ConversationPart item={item} />
              </li>
            ))}
            {outgoing.map((prompt) => (
              <li key={prompt.key} className="min-w-0">
                <PromptBubble author="You" text={prompt.text} at={null} note="Sending" error={null} />
              </li>
            ))}
          </ol>
          {stream.ready && items.length === 0 && outgoing.length === 0 ? (
            <p className="py-16 text-center text-sm text-ink-faint">
              Nothing has happened yet. Send a prompt to begin.
            </p>
          ) : null}
        </div>
      </div>
      {following ? null : (
        <Button size="small" onClick={toEnd} className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-md">
          <ArrowDown aria-hidden />
          Latest
        </Button>
      )}
    </div>
  )
}

/** Keeps the end in view while the reader is there, and the place in view when older events come in above. */
function useFollowing(firstSeq: number) {
  const box = useRef<HTMLDivElement>(null)
  const [following, setFollowing] = useState(true)
  const before = useRef({ firstSeq, fromEnd: 0 })

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    if (firstSeq < before.current.firstSeq && !following) {
      element.scrollTop = element.scrollHeight - before.current.fromEnd
    } else if (following) {
      element.scrollTop = element.scrollHeight
    }
    before.current = { firstSeq, fromEnd: element.scrollHeight - element.scrollTop }
  })

  useEffect(() => {
    const element = box.current
    const content = element?.firstElementChild
    if (element === null || content == null) return
    const observer = new ResizeObserver(() => {
      if (following) element.scrollTop = element.scrollHeight
    })
    observer.observe(content)
    observer.observe(element)
    return () => observer.disconnect()
  }, [following])

  const onScroll = () => {
    const element = box.current
    if (element === null) return
    const fromEnd = element.scrollHeight - element.scrollTop
    before.current = { ...before.current, fromEnd }
    setFollowing(fromEnd - element.clientHeight < NEAR_END_PX)
  }
  const toEnd = () => {
    setFollowing(true)
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }
  return { box, following, toEnd, onScroll }
}

type OlderProps = ConversationProps['older'] & { box: RefObject<HTMLDivElement | null> }

/** Reads the page before when its place comes into view; after a failure only when asked. */
function OlderEvents({ box, loadOlder, loadingOlder, olderFailed }: OlderProps) {
  const mark = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = mark.current
    if (element === null || loadingOlder || olderFailed) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void loadOlder()
      },
      { root: box.current, rootMargin: '200px 0px 0px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [box, loadOlder, loadingOlder, olderFailed])
  return (
    <div ref={mark} className="grid h-10 place-items-center text-sm text-ink-faint">
      {olderFailed ? (
        <Button size="small" onClick={() => void loadOlder()}>
          Load earlier events
        </Button>
      ) : (
        'Loading earlier events…'
      )}
    </div>
  )
}

function ConversationSkeleton() {
  return (
    <div className="grid gap-4" aria-busy="true">
      <Skeleton className="h-16" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-4 w-3/5" />
      <Skeleton className="h-8" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  )
}
