import { Link } from '@tanstack/react-router'
import { CircleAlert, GitBranch, Info, KeyRound } from 'lucide-react'
import { memo, useState } from 'react'
import { StateBadge, Tag } from '../../ui/badge.tsx'
import { Chevron } from '../../ui/chevron.tsx'
import { cx } from '../../ui/class-names.ts'
import { Copyable } from '../../ui/copy.tsx'
import { Markdown } from '../../ui/markdown.tsx'
import { InlineError } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { BootPanel } from './boot-panel.tsx'
import type {
  BranchItem,
  ConversationItem,
  NoteItem,
  OutcomeItem,
  PromptItem,
  TextItem,
  VariablesItem,
} from './conversation-item.ts'
import { OUTCOMES } from './session-status.tsx'
import { ToolRow } from './tool-row.tsx'

/** One thing that happened, in the form its kind has. */
export const ConversationPart = memo(function ConversationPart({ item }: { item: ConversationItem }) {
  switch (item.kind) {
    case 'prompt':
      return <Prompt item={item} />
    case 'text':
      return <AgentText item={item} />
    case 'reasoning':
      return <Reasoning item={item} />
    case 'tool':
      return <ToolRow call={item} />
    case 'boot':
      return <BootPanel boot={item} />
    case 'note':
      return <Note item={item} />
    case 'branch':
      return <PushedBranch item={item} />
    case 'outcome':
      return <Outcome item={item} />
    case 'variables':
      return <Variables item={item} />
  }
})

const LONG_PROMPT = 600

const PROMPT_STATES: Partial<Record<PromptItem['state'], string>> = {
  queued: 'Queued',
  dispatched: 'Sent to the agent',
  canceled: 'Canceled',
  failed: 'Failed',
}

function Prompt({ item: { author, text, at, state, error } }: { item: PromptItem }) {
  return <PromptBubble author={author} text={text} at={at} note={PROMPT_STATES[state] ?? null} error={error} />
}

/** What a person asked; also before the session has confirmed it. */
export function PromptBubble(props: {
  author: string
  text: string
  at: string | null
  note: string | null
  error: string | null
}) {
  const { author, text, at, note, error } = props
  const long = text.length > LONG_PROMPT || text.split('\n').length > 10
  const [whole, setWhole] = useState(false)
  return (
    <article aria-label={`Prompt by ${author}`} className="rounded-lg border border-line bg-surface px-3.5 py-2.5">
      <p className="mb-1 flex items-center gap-2 text-xs text-ink-faint">
        <span className="font-medium text-ink-soft">{author}</span>
        {at === null ? null : <Ago at={at} />}
        {note === null ? null : <Tag className="ml-auto">{note}</Tag>}
      </p>
      <p className={cx('break-words whitespace-pre-wrap', long && !whole && 'line-clamp-6')}>{text}</p>
      {long ? (
        <button
          type="button"
          className="mt-1 text-xs text-ink-faint hover:text-ink"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
        >
          {whole ? 'Show less' : 'Show all'}
        </button>
      ) : null}
      {error === null ? null : (
        <div className="mt-2">
          <InlineError>{error}</InlineError>
        </div>
      )}
    </article>
  )
}

function AgentText({ item }: { item: TextItem }) {
  return (
    <article aria-label="Agent" className="px-0.5">
      <Markdown text={item.text} writing={item.streaming} />
    </article>
  )
}

function Reasoning({ item }: { item: TextItem }) {
  const [open, setOpen] = useState(false)
  return (
    <div className="px-0.5">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center gap-1.5 text-sm text-ink-faint hover:text-ink"
      >
        <Chevron open={open} />
        {item.streaming ? 'Thinking' : 'Thought'}
      </button>
      {open ? (
        <div className="mt-1 ml-1.5 border-l border-line pl-3.5 text-sm text-ink-soft">
          <Markdown text={item.text} />
        </div>
      ) : null}
    </div>
  )
}

function Note({ item }: { item: NoteItem }) {
  const bad = item.tone === 'error'
  const Icon = bad ? CircleAlert : Info
  return (
    <div role={bad ? 'alert' : undefined} className="flex items-start gap-2 px-0.5 text-sm">
      <Icon aria-hidden className={cx('mt-0.5 size-3.5 shrink-0', bad ? 'text-bad' : 'text-ink-faint')} />
      <p className="min-w-0 break-words">
        <span className={bad ? 'font-medium text-bad' : 'text-ink-soft'}>{item.title}</span>
        {item.detail === null ? null : <span className="text-ink-faint"> · {item.detail}</span>}
      </p>
      <Ago at={item.at} className="ml-auto shrink-0 text-xs leading-[18px] text-ink-faint" />
    </div>
  )
}

function PushedBranch({ item }: { item: BranchItem }) {
  return (
    <div className="flex min-w-0 items-center gap-2 px-0.5 text-sm text-ink-soft">
      <GitBranch aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
      <span className="shrink-0">Pushed</span>
      <Copyable text={item.branch} name="branch" />
      <span className="ml-auto shrink-0 font-mono text-xs text-ink-faint" title={item.commitSha}>
        {item.commitSha.slice(0, 7)}
      </span>
    </div>
  )
}

function Outcome({ item }: { item: OutcomeItem }) {
  const { label, tone } = OUTCOMES[item.outcome]
  return (
    <section aria-label="Outcome" className="rounded-lg border border-line">
      <div className="flex h-9 items-center gap-3 border-b border-line px-3.5 last:border-b-0">
        <h2 className="text-sm font-medium">Outcome</h2>
        <StateBadge tone={tone}>{label}</StateBadge>
        {item.runId === null ? null : (
          <Link
            to="/dashboard/runs/$runId"
            params={{ runId: item.runId }}
            className="ml-auto text-sm text-ink-faint hover:text-ink"
          >
            View run
          </Link>
        )}
      </div>
      {item.summary === null ? null : (
        <div className="px-3.5 py-3">
          <Markdown text={item.summary} />
        </div>
      )}
    </section>
  )
}

function Variables({ item }: { item: VariablesItem }) {
  return (
    <section aria-label="Missing variables" className="rounded-lg border border-line px-3.5 py-2.5">
      <h2 className="flex items-center gap-2 text-sm font-medium">
        <KeyRound aria-hidden className="size-3.5 text-warn" />
        The agent asks for environment variables
      </h2>
      <ul className="mt-1.5 grid gap-1">
        {item.variables.map(({ name, description, secret }) => (
          <li key={name} className="flex flex-wrap items-baseline gap-x-2 text-sm">
            <code className="font-mono text-xs">{name}</code>
            {secret ? <Tag>secret</Tag> : null}
            <span className="text-ink-faint">{description}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
