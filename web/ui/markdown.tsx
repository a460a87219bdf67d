import { memo } from 'react'
import type { ComponentProps } from 'react'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'

const PLUGINS = [remarkGfm]
/** Pictures would tell other servers who reads what; frames and scripts never come from an agent. */
const NEVER = ['img', 'iframe', 'script', 'style', 'object', 'embed', 'video', 'audio', 'source']
const COMPONENTS = { a: OuterLink }

/** Text by an agent, shown as markdown: no pictures, no HTML, links to http(s) only, in a tab of their own. */
export const Markdown = memo(function Markdown({ text, writing = false }: { text: string; writing?: boolean }) {
  return (
    <div className={writing ? 'prose prose-writing' : 'prose'}>
      <ReactMarkdown
        remarkPlugins={PLUGINS}
        components={COMPONENTS}
        disallowedElements={NEVER}
        unwrapDisallowed
        skipHtml
        urlTransform={webAddress}
      >
        {text}
      </ReactMarkdown>
    </div>
  )
})

function OuterLink({ href, children }: ComponentProps<'a'>) {
  if (href === undefined || href === '') return <span>{children}</span>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}

/** The address when it is an absolute one of the web, else nothing. */
export function webAddress(url: string | null | undefined): string | undefined {
  if (url == null || !URL.canParse(url)) return undefined
  return ['http:', 'https:'].includes(new URL(url).protocol) ? url : undefined
}
