import { cx } from '../../../ui/class-names.ts'

/** What stands under a field of several controls: what is wrong with it, or what it is for. */
export function Told({ id, hint, error }: { id?: string; hint: string | undefined; error: string | undefined }) {
  if (hint === undefined && error === undefined) return null
  const isWrong = error !== undefined
  return (
    <p id={id} role={isWrong ? 'alert' : undefined} className={cx('text-xs', isWrong ? 'text-bad' : 'text-ink-faint')}>
      {error ?? hint}
    </p>
  )
}
