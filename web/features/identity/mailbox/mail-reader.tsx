import { Tabs } from 'radix-ui'
import type { KeptMail } from '#schema/contracts/identity'
import { cx } from '../../../ui/class-names.ts'
import { INLINE_LINK } from '../../../ui/entrance.tsx'
import { formatMoment } from '../../../ui/format.ts'
import { webAddress } from '../../../ui/markdown.tsx'
import { framedMail } from './framed-mail.ts'
import { textParts } from './text-parts.ts'

const TAB = cx(
  'h-7 rounded-md px-2.5 text-sm text-ink-soft hover:text-ink data-[state=active]:bg-selected',
  'data-[state=active]:text-ink',
)

/** One mail as it would have looked, and as plain text. */
export function MailReader({ mail }: { mail: KeptMail }) {
  return (
    <article aria-label={mail.subject} className="flex min-h-0 flex-1 flex-col">
      <header className="grid grid-cols-1 gap-0.5 px-4 py-3 [overflow-wrap:anywhere] md:px-5">
        <h2 className="text-lg font-semibold">{mail.subject}</h2>
        <p className="text-sm text-ink-faint">
          To {mail.to} · {formatMoment(mail.sentAt)}
        </p>
      </header>
      <Tabs.Root defaultValue="html" className="flex min-h-0 flex-1 flex-col">
        <Tabs.List aria-label="Form of the mail" className="flex gap-1 border-b border-line px-3 pb-2 md:px-4">
          <Tabs.Trigger value="html" className={TAB}>
            Letter
          </Tabs.Trigger>
          <Tabs.Trigger value="text" className={TAB}>
            Plain text
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="html" className="min-h-0 flex-1">
          <iframe
            title={`Letter: ${mail.subject}`}
            sandbox="allow-top-navigation-by-user-activation"
            srcDoc={framedMail(mail.html)}
            style={{ background: 'white', colorScheme: 'light' }}
            className="size-full border-0"
          />
        </Tabs.Content>
        <Tabs.Content value="text" className="min-h-0 flex-1 overflow-y-auto p-4 md:px-5">
          <PlainText text={mail.text} />
        </Tabs.Content>
      </Tabs.Root>
    </article>
  )
}

function PlainText({ text }: { text: string }) {
  return (
    <p className="max-w-prose font-mono text-xs leading-5 break-words whitespace-pre-wrap">
      {textParts(text).map(({ text, isLink }, index) =>
        isLink && webAddress(text) !== undefined ? (
          <a key={index} href={text} className={cx(INLINE_LINK, 'break-all')}>
            {text}
          </a>
        ) : (
          <span key={index}>{text}</span>
        ),
      )}
    </p>
  )
}
