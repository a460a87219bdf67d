import { InlineError } from './states.tsx'

/** Tells that nothing was saved, because somebody else was faster; what was typed stands below. */
export function ChangedMeanwhile({ what }: { what: string }) {
  return (
    <InlineError>
      Someone else just changed {what}, so nothing was saved. What you typed is still here: look at what is there now,
      then save again.
    </InlineError>
  )
}
