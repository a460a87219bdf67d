import { Link } from '@tanstack/react-router'
import type { LinkProps } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

const ITEM = cx(
  'flex h-7 cursor-default items-center gap-2 rounded px-2 text-sm outline-none select-none',
  'data-highlighted:bg-hover [&_svg]:size-3.5',
)

export function Menu({ trigger, children }: { trigger: ReactNode; children: ReactNode }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            'animate-appear z-50 max-h-(--radix-dropdown-menu-content-available-height) max-w-80 min-w-52',
            'overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-lg',
          )}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item className={ITEM} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  )
}

export function MenuLink({ to, children }: { to: NonNullable<LinkProps['to']>; children: ReactNode }) {
  return (
    <DropdownMenu.Item className={ITEM} asChild>
      <Link to={to}>{children}</Link>
    </DropdownMenu.Item>
  )
}

export function MenuChoices<Value extends string>(props: {
  label: string
  value: Value
  choices: readonly { value: Value; label: string; icon: ReactNode; hint?: string }[]
  onChoose: (value: Value) => void
}) {
  const { label, value, choices, onChoose } = props
  return (
    <DropdownMenu.RadioGroup value={value} aria-label={label}>
      <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-xs text-ink-faint">{label}</DropdownMenu.Label>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem
          key={choice.value}
          value={choice.value}
          // What typing finds it by; initials in its icon are no part of that.
          textValue={choice.label}
          className={ITEM}
          onSelect={() => onChoose(choice.value)}
        >
          {choice.icon}
          <span className="min-w-0 truncate">{choice.label}</span>
          {choice.hint === undefined ? null : <span className="shrink-0 text-xs text-ink-faint">{choice.hint}</span>}
          <span className="ml-auto size-3.5 shrink-0">
            <DropdownMenu.ItemIndicator>
              <Check aria-hidden />
            </DropdownMenu.ItemIndicator>
          </span>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />
}
